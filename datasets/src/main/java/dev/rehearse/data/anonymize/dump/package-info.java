/** Files that pg_dump wrote, and PostgreSQL's own programs. */
@NullMarked
package dev.rehearse.data.anonymize.dump;

import org.jspecify.annotations.NullMarked;
