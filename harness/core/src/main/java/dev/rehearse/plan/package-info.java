/** What is to be rehearsed: the values of a plan, complete and checked. */
@NullMarked
package dev.rehearse.plan;

import org.jspecify.annotations.NullMarked;
