/** Lists of what people, places and firms are called, which the build draws from Datafaker, one file for each locale. */
@NullMarked
package dev.rehearse.data.pools;

import org.jspecify.annotations.NullMarked;
