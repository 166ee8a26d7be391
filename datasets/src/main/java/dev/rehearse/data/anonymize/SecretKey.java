package dev.rehearse.data.anonymize;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * The key under which values get their pseudonyms. It lives in memory only: whoever has it and a pseudonym has the value. Immutable;
 * {@link #toString} tells nothing.
 */
public final class SecretKey {

    private static final int LEAST_BYTES = 16;
    private static final String ALGORITHM = "HmacSHA256";

    private final SecretKeySpec key;
    private final boolean kept;

    private SecretKey(byte[] bytes, boolean kept) {
        this.key = new SecretKeySpec(bytes, ALGORITHM);
        this.kept = kept;
    }

    /** A key that nobody knows and that is gone with the process. */
    public static SecretKey ephemeral() {
        byte[] bytes = new byte[32];
        new SecureRandom().nextBytes(bytes);
        return new SecretKey(bytes, false);
    }

    /**
     * A key that the user keeps, so that several databases get the same pseudonyms.
     *
     * @param origin for the message: where it comes from
     * @throws AnonymizeException if it is shorter than 16 bytes
     */
    public static SecretKey of(byte[] secret, String origin) {
        byte[] stripped =
                new String(secret, StandardCharsets.ISO_8859_1).strip().getBytes(StandardCharsets.ISO_8859_1);
        if (stripped.length < LEAST_BYTES) {
            throw AnonymizeException.input("The key from " + origin + " has " + stripped.length + " bytes; at least "
                    + LEAST_BYTES + " are needed. Make one with: head -c 32 /dev/urandom | base64");
        }
        return new SecretKey(stripped, true);
    }

    /** Whether another process can have it too. */
    public boolean isKept() {
        return kept;
    }

    /** Bytes for one purpose, 32 of them, from which the key cannot be found. */
    public byte[] derived(String purpose) {
        try {
            Mac mac = Mac.getInstance(ALGORITHM);
            mac.init(key);
            return mac.doFinal(("rehearse;" + purpose).getBytes(StandardCharsets.UTF_8));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("Every Java has " + ALGORITHM, e);
        }
    }

    @Override
    public String toString() {
        return "SecretKey";
    }
}
