/** What the application of today may miss in the schema that the migration leaves. */
@NullMarked
package dev.rehearse.assess.schema;

import org.jspecify.annotations.NullMarked;
