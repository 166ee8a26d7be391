/** The migration tools of Python projects. */
@NullMarked
package dev.rehearse.tool.python;

import org.jspecify.annotations.NullMarked;
