/** Raw facts of a run with monotonic times; can be saved and judged again. */
@NullMarked
package dev.rehearse.recording;

import org.jspecify.annotations.NullMarked;
