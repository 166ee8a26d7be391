/** The migration tools of Ruby projects. */
@NullMarked
package dev.rehearse.tool.ruby;

import org.jspecify.annotations.NullMarked;
