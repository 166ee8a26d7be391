/** What fills the parameters of an operation: keys of rows that exist, and values that nobody had before. */
@NullMarked
package dev.rehearse.workload.parameter;

import org.jspecify.annotations.NullMarked;
