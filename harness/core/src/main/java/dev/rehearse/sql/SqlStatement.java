package dev.rehearse.sql;

import org.jspecify.annotations.Nullable;

/**
 * One statement of a script.
 *
 * @param text its SQL, without the semicolon that ends it and without leading or trailing blanks and comments
 * @param line line of its first word in the script, from 1
 * @param copyData the lines that follow a {@code COPY ... FROM stdin}, without the {@code \.} that ends them; null for all other statements
 */
public record SqlStatement(String text, int line, @Nullable String copyData) {}
