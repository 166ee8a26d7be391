package dev.rehearse.wiretap.protocol;

import org.jspecify.annotations.Nullable;

/**
 * A NoticeResponse that the tap kept from the client because the client did not ask for it.
 *
 * @param severity DEBUG or LOG, never translated (field V of the
 *     <a href="https://www.postgresql.org/docs/current/protocol-error-fields.html">message</a>)
 * @param sqlState its SQLSTATE, {@code 00000} for most
 * @param text the primary message
 * @param detail the detail, if any
 * @param micros when it reached the tap; the server sends notices at once, not at the end of the statement
 */
public record ServerNotice(
        String severity,
        String sqlState,
        String text,
        @Nullable String detail,
        long micros) {}
