/** What a report says (the contract), and how it is shown: JSON, HTML, Markdown, JUnit XML, console. */
@NullMarked
package dev.rehearse.report;

import org.jspecify.annotations.NullMarked;
