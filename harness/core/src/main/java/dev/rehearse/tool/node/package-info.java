/** The migration tools of Node.js projects, and how their configuration is read, which is code. */
@NullMarked
package dev.rehearse.tool.node;

import org.jspecify.annotations.NullMarked;
