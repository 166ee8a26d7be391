/** The plan of a rehearsal: validated once, immutable; read from YAML or built in Java. */
@NullMarked
package dev.rehearse.plan;

import org.jspecify.annotations.NullMarked;
