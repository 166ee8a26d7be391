/** Which of the providers there are on this machine, and what earlier runs left on it. */
@NullMarked
package dev.rehearse.database.choice;

import org.jspecify.annotations.NullMarked;
