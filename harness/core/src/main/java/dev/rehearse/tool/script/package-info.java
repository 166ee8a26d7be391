/** The migration tools of no language: programs of their own, whose migrations are SQL scripts. */
@NullMarked
package dev.rehearse.tool.script;

import org.jspecify.annotations.NullMarked;
