package dev.rehearse.data.anonymize.feature;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.function.Consumer;
import java.util.regex.Pattern;

/** Digests of what a value says, as programs make them: of itself, of it in lower case as of a mail address, and of the digits of a number. One thread. */
public final class Digests {

    /** Bytes of MD5, SHA-1, SHA-256 and SHA-512. */
    public static final Set<Integer> SIZES = Set.of(16, 20, 32, 64);

    /** What is shorter is nobody's own. */
    private static final int LEAST = 4;

    private static final Pattern NO_DIGITS = Pattern.compile("\\D+");

    private final List<MessageDigest> algorithms;

    public Digests() {
        try {
            algorithms = List.of(
                    MessageDigest.getInstance("MD5"),
                    MessageDigest.getInstance("SHA-1"),
                    MessageDigest.getInstance("SHA-256"),
                    MessageDigest.getInstance("SHA-512"));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("Every Java has them", e);
        }
    }

    /** What may be digests in a text. */
    public static List<byte[]> in(String text) {
        List<byte[]> found = new ArrayList<>();
        Packed packed = new Packed();
        packed.set(text);
        while (packed.next()) {
            if (packed.text() == null) {
                found.add(packed.bytes());
            }
        }
        return found;
    }

    /** @param sizes in bytes, of those that are wanted */
    public void of(String value, Set<Integer> sizes, Consumer<byte[]> found) {
        Set<String> forms = new LinkedHashSet<>(List.of(value, value.strip().toLowerCase(Locale.ROOT)));
        String digits = NO_DIGITS.matcher(value).replaceAll("");
        if (digits.length() >= Features.LEAST_DIGITS) {
            forms.add(digits);
        }
        for (String form : forms) {
            if (form.length() >= LEAST) {
                byte[] bytes = form.getBytes(StandardCharsets.UTF_8);
                for (MessageDigest algorithm : algorithms) {
                    if (sizes.contains(algorithm.getDigestLength())) {
                        found.accept(algorithm.digest(bytes));
                    }
                }
            }
        }
    }
}
