package dev.rehearse.wiretap;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * Whether a {@link Wiretap} encrypts what it sends to the server. Between the client and the tap nothing is encrypted: both are on one
 * machine.
 *
 * @param rootCertificate a PEM file with the certificates that the server's must be signed by, for the host that the tap connects to; null:
 *     any certificate will do, which keeps out those who listen and not those who forge
 */
public record ServerTls(Mode mode, @Nullable Path rootCertificate) {

    public ServerTls {
        if (rootCertificate != null && mode != Mode.ALWAYS) {
            throw new IllegalArgumentException("A certificate is checked only where everything is encrypted.");
        }
    }

    /** When to encrypt. */
    public enum Mode {
        NEVER,
        /** Where the server refuses (28000) who comes in plain text. Neither a password nor a statement has been sent by then. */
        DEMANDED,
        ALWAYS
    }
}
