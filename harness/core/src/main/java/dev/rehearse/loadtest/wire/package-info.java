/** PostgreSQL's protocol as a load speaks it itself: messages written and answers read in place, without a driver. */
@NullMarked
package dev.rehearse.loadtest.wire;

import org.jspecify.annotations.NullMarked;
