/** The operations of a load: written down by the user or derived from the catalog, and each tried before the load begins. */
@NullMarked
package dev.rehearse.workload.operation;

import org.jspecify.annotations.NullMarked;
