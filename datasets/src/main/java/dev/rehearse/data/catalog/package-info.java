/**
 * What stands in pg_catalog: tables, columns, types, keys, and the conditions of constraints as the server writes them back.
 */
@NullMarked
package dev.rehearse.data.catalog;

import org.jspecify.annotations.NullMarked;
