/**
 * Rows on their way into the server: COPY by a few threads, what stands in its way set aside, and parts that several processes load.
 */
@NullMarked
package dev.rehearse.data.load;

import org.jspecify.annotations.NullMarked;
