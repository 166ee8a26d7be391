/** What every package shares: the exceptions, by who must act on them, and progress. */
@NullMarked
package dev.rehearse;

import org.jspecify.annotations.NullMarked;
