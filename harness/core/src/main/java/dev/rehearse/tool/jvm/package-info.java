/** The migration tools of projects on the Java virtual machine, and what Spring Boot sets for them. */
@NullMarked
package dev.rehearse.tool.jvm;

import org.jspecify.annotations.NullMarked;
