/**
 * What production looks like without what it holds: read by {@link dev.rehearse.data.profile.capture.ProfileCapture}, written and read back by
 * {@link dev.rehearse.data.profile.ProfileFile}.
 *
 * <p><b>What leaves the database.</b> Names, types and definitions of the schema, with the literals that stand in them (defaults, CHECK
 * constraints, bounds of partitions): these are code, not data. Counts, sizes, settings and the planner's statistics. Texts of queries
 * without a literal and without a comment. Of the values in the rows:
 *
 * <ul>
 *   <li>booleans and labels of enums, which the schema has anyway, and columns that were declared harmless: the most common values and
 *       the bounds of the histogram as they are;
 *   <li>texts: how many characters they have, and what share of them holds a letter, a digit, a blank, an "@" and so on;
 *   <li>numbers: the power of two that each tenth of the values stays under, no finer than 16;
 *   <li>dates and timestamps: the years between which nine tenths of the values lie and how many days these are, to two digits, and only
 *       where the table has a thousand rows;
 *   <li>everything else: nothing but its width.
 * </ul>
 *
 * The server computes these shapes, so that not even the capturing process sees a value that is not harmless.
 */
@NullMarked
package dev.rehearse.data.profile;

import org.jspecify.annotations.NullMarked;
