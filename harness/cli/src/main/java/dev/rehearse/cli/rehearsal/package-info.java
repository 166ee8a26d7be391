/** The commands around a rehearsal: init, run, trace, report, compare, predict, doctor, schema. */
@NullMarked
package dev.rehearse.cli.rehearsal;

import org.jspecify.annotations.NullMarked;
