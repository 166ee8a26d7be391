/** What only the server can say of values before they are loaded: checks without a solved form, what it computes, whether it can at all. */
@NullMarked
package dev.rehearse.data.plan.trial;

import org.jspecify.annotations.NullMarked;
