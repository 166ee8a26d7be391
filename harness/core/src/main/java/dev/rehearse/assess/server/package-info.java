/** What the migration cost the server and its standbys. */
@NullMarked
package dev.rehearse.assess.server;

import org.jspecify.annotations.NullMarked;
