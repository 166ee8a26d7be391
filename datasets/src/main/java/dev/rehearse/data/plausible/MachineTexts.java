package dev.rehearse.data.plausible;

import dev.rehearse.data.value.CopyBuffer;
import dev.rehearse.data.value.Keys;
import dev.rehearse.data.value.Mix;
import dev.rehearse.data.value.Permutation;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.function.IntUnaryOperator;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * Texts that machines write for machines, told by the names of columns: addresses of pages, hosts and adapters, digests, time zones and
 * the like. Each is a pure function of random bits, all ASCII, without a character that COPY escapes; hosts are of domains that nobody can
 * have. Stateless.
 */
public final class MachineTexts {

    /** Appends one text made of 64 random bits. */
    public interface Style {
        void write(long bits, CopyBuffer out);
    }

    /** The style for a column of so many characters, or null where it has no text as short. */
    private interface Form {
        @Nullable
        Style in(int room);
    }

    /** Texts that all differ, in a column of so many characters; no capacity where there are none. */
    private interface Different {
        Keys in(int room, long seed);
    }

    private static final Different NONE = (room, seed) -> new Keys(0, (index, out) -> {});

    /**
     * What columns hold whose names end with one of these, or have one of them anywhere.
     *
     * @param names each some words in a row, or a single one where it may stand anywhere
     * @param different such texts that all differ
     */
    private record Meaning(boolean anywhere, List<List<String>> names, Form form, Different different) {

        static Meaning anywhere(String words, Form form) {
            return new Meaning(true, split(words), form, NONE);
        }

        static Meaning last(String phrases, Form form) {
            return new Meaning(false, split(phrases), form, NONE);
        }

        static Meaning digest(String words, IntUnaryOperator digits) {
            return anywhere(words, room -> MachineTexts.digest(digits.applyAsInt(room)))
                    .differing((room, seed) -> {
                        int length = digits.applyAsInt(room);
                        return length > room ? NONE.in(room, seed) : digests(length, seed);
                    });
        }

        Meaning differing(Different texts) {
            return new Meaning(anywhere, names, form, texts);
        }

        /** {@code "ip, ip address"} is two names, of one word and of two. */
        private static List<List<String>> split(String names) {
            return Arrays.stream(names.split(", "))
                    .map(phrase -> List.of(phrase.split(" ")))
                    .toList();
        }

        /** What is said of such a text in another one: {@code token_endpoint}, {@code password_hint}. */
        private static boolean isOfOther(ColumnName name) {
            return OTHER.stream().anyMatch(name::endsWith);
        }

        boolean isOf(ColumnName name) {
            return names.stream()
                    .anyMatch(words -> anywhere
                            ? !name.isOfSort() && !isOfOther(name) && name.hasAny(words)
                            : name.endsWith(words));
        }
    }

    private static final Set<String> OTHER =
            Set.of(("name label title description error message reason issuer endpoint scope audience policy"
                            + " hint pattern")
                    .split(" "));

    private static final List<String> SIZED = List.of("md5", "sha", "sha1", "sha256", "sha512");
    private static final int LONGEST_JSON = 60;
    private static final int LONGEST_IP = 15;
    private static final int LONGEST_NETWORK = 15;
    private static final int MAC = 17;
    private static final int ACCOUNT = 42;
    private static final int LONGEST_HOST = 23;
    private static final int LONGEST_URL = 40;
    private static final int LONGEST_SLUG = 20;
    /** Digits of a number in a host or an address that all others differ by. */
    private static final int SERIAL = 12;

    private static final List<Meaning> MEANINGS = List.of(
            Meaning.last("url key, url slug", room -> room < LONGEST_SLUG ? null : MachineTexts::slug)
                    .differing((room, seed) -> room < LONGEST_SLUG + SERIAL ? NONE.in(room, seed) : slugs(seed)),
            Meaning.last("url, uri, href", room -> MachineTexts::url)
                    .differing((room, seed) -> room < LONGEST_URL + SERIAL ? NONE.in(room, seed) : urls(seed)),
            Meaning.last(
                    "wallet address, contract address, token address, public address, eth address, deposit address",
                    room -> room < ACCOUNT ? digest(room) : MachineTexts::account),
            Meaning.last("key hex", room -> digest(Math.min(64, room))),
            Meaning.digest("md5", room -> 32),
            Meaning.digest("sha, sha1", room -> 40),
            Meaning.digest("sha256", room -> 64),
            Meaning.digest("sha512", room -> 128),
            Meaning.digest(
                    "hash, digest, password, token, secret, checksum, signature, nonce, salt, etag, challenge, verifier, csrf",
                    room -> IntStream.of(64, 40, 32)
                            .filter(length -> length <= room)
                            .findFirst()
                            .orElse(16)),
            Meaning.last(
                    "public key, private key, api key, access key, secret key, encryption key, signing key, auth key, license key",
                    room -> digest(Math.min(64, room))),
            Meaning.last("avatar, banner, thumbnail, thumb, picture, photo", room -> MachineTexts::url),
            Meaning.last(
                    "json, config, configuration, settings, metadata, payload, params, parameters, properties, attributes, preferences",
                    room -> room < LONGEST_JSON ? null : MachineTexts::json),
            Meaning.anywhere("url, uri, link, website, href", room -> MachineTexts::url)
                    .differing((room, seed) -> room < LONGEST_URL + SERIAL ? NONE.in(room, seed) : urls(seed)),
            Meaning.last("slug, permalink", room -> room < LONGEST_SLUG ? null : MachineTexts::slug)
                    .differing((room, seed) -> room < LONGEST_SLUG + SERIAL ? NONE.in(room, seed) : slugs(seed)),
            Meaning.last("ip, ip address, ip addr, remote addr", room -> room < LONGEST_IP ? null : MachineTexts::ip)
                    .differing((room, seed) -> room < LONGEST_IP ? NONE.in(room, seed) : ips(seed)),
            Meaning.last(
                            "subnet, subnet prefix, cidr, cidr block, ip range, network address",
                            room -> room < LONGEST_NETWORK ? null : MachineTexts::network)
                    .differing((room, seed) -> room < LONGEST_NETWORK ? NONE.in(room, seed) : networks(seed)),
            Meaning.last("mac, mac address, mac addr", room -> room < MAC ? null : MachineTexts::mac)
                    .differing((room, seed) -> room < MAC ? NONE.in(room, seed) : macs(seed)),
            Meaning.last(
                            "host, hostname, host name, domain, domain name, fqdn",
                            room -> room < LONGEST_HOST ? null : MachineTexts::host)
                    .differing((room, seed) -> room < LONGEST_HOST + SERIAL ? NONE.in(room, seed) : hosts(seed)));

    private MachineTexts() {}

    /** Whether a column of this name holds such texts, where it has room for them. */
    static boolean isNamedBy(ColumnName name) {
        return MEANINGS.stream().anyMatch(meaning -> meaning.isOf(name));
    }

    /** How many bytes there are in the digests that a column of this name holds; 0 where it holds none. */
    public static int digestBytes(ColumnName name) {
        boolean isDigest = !name.isOfSort()
                && (name.endsWith("hash")
                        || name.endsWith("digest")
                        || name.endsWith("checksum")
                        || name.hasAny(SIZED));
        return !isDigest
                ? 0
                : name.hasAny("md5") ? 16 : name.hasAny("sha", "sha1") ? 20 : name.hasAny("sha512") ? 64 : 32;
    }

    /**
     * The texts of a column of this name, or null where it is not named by them or has no room for them; digests and addresses of pages are
     * to be cut.
     *
     * @param room characters that the column has
     */
    public static @Nullable Style style(ColumnName name, int room) {
        return MEANINGS.stream()
                .filter(meaning -> meaning.isOf(name))
                .findFirst()
                .map(meaning -> meaning.form.in(room))
                .orElse(null);
    }

    /** Texts that all differ; no capacity where a column of this name holds none that have such a form. */
    public static Keys distinct(ColumnName name, int room, long seed) {
        return MEANINGS.stream()
                .filter(meaning -> meaning.isOf(name))
                .findFirst()
                .map(meaning -> meaning.different.in(room, seed))
                .orElse(NONE.in(room, seed));
    }

    private static Keys urls(long seed) {
        return new Keys(1L << 39, (index, out) -> {
            url(Mix.at(seed, index), out);
            out.put('/');
            out.putLong(index + 1);
        });
    }

    private static Keys slugs(long seed) {
        return new Keys(1L << 39, (index, out) -> {
            slug(Mix.at(seed, index), out);
            out.put('-');
            out.putLong(index + 1);
        });
    }

    private static Keys hosts(long seed) {
        return new Keys(1L << 39, (index, out) -> {
            out.put(Words.pick(Words.PLAIN, Mix.at(seed, index)));
            out.put('-');
            out.putLong(index + 1);
            out.put(".example.com".getBytes(StandardCharsets.US_ASCII));
        });
    }

    private static Keys ips(long seed) {
        Permutation order = new Permutation(1L << 24, seed);
        return new Keys(1L << 24, (index, out) -> {
            long address = order.apply(index);
            out.putLong(10);
            for (int shift = 16; shift >= 0; shift -= 8) {
                out.put('.');
                out.putLong((address >>> shift) & 255);
            }
        });
    }

    private static Keys networks(long seed) {
        Permutation order = new Permutation(1L << 16, seed);
        return new Keys(1L << 16, (index, out) -> network(order.apply(index), out));
    }

    private static Keys macs(long seed) {
        Permutation order = new Permutation(1L << 40, seed);
        return new Keys(1L << 40, (index, out) -> {
            long address = order.apply(index);
            out.putHex(2, 2);
            for (int shift = 32; shift >= 0; shift -= 8) {
                out.put(':');
                out.putHex(address >>> shift, 2);
            }
        });
    }

    /** With one part, of those that are whole, in which each differs from all others. */
    private static Keys digests(int digits, long seed) {
        Permutation order = new Permutation(Keys.UNLIMITED, seed);
        Style around = digest(digits - 16);
        return new Keys(Keys.UNLIMITED, (index, out) -> {
            around.write(Mix.at(seed, index), out);
            out.putHex(order.apply(index), 16);
        });
    }

    private static Style digest(int digits) {
        return (bits, out) -> {
            int start = out.length();
            for (int part = 0; part * 16 < digits; part++) {
                out.putHex(Mix.at(bits, part), 16);
            }
            out.truncate(start + digits);
        };
    }

    private static void url(long bits, CopyBuffer out) {
        out.put("https://example.com/".getBytes(StandardCharsets.US_ASCII));
        Words.write(bits, 2, '/', out);
    }

    /** As block chains name accounts. */
    private static void account(long bits, CopyBuffer out) {
        out.put("0x".getBytes(StandardCharsets.US_ASCII));
        digest(ACCOUNT - 2).write(bits, out);
    }

    private static void slug(long bits, CopyBuffer out) {
        Words.write(bits, 2, '-', out);
    }

    private static void json(long bits, CopyBuffer out) {
        out.put("{\"id\": ".getBytes(StandardCharsets.US_ASCII));
        out.putLong(Mix.below(bits, 1_000_000));
        out.put(", \"name\": \"".getBytes(StandardCharsets.US_ASCII));
        out.put(Words.pick(Words.PLAIN, Mix.mix(bits)));
        out.put("\"}".getBytes(StandardCharsets.US_ASCII));
    }

    private static void ip(long bits, CopyBuffer out) {
        out.putLong(10);
        for (int i = 0; i < 3; i++) {
            out.put('.');
            out.putLong(Mix.below(Mix.at(bits, i), 256));
        }
    }

    private static void network(long bits, CopyBuffer out) {
        out.putText("10." + (bits & 255) + "." + (bits >>> 8 & 255) + ".0/24");
    }

    /** Of those that anybody may give to an adapter. */
    private static void mac(long bits, CopyBuffer out) {
        out.putHex(2, 2);
        for (int i = 0; i < 5; i++) {
            out.put(':');
            out.putHex(Mix.at(bits, i), 2);
        }
    }

    private static void host(long bits, CopyBuffer out) {
        out.put(Words.pick(Words.PLAIN, bits));
        out.put('-');
        out.putPadded(Mix.below(Mix.mix(bits), 100), 2);
        out.put(".example.com".getBytes(StandardCharsets.US_ASCII));
    }
}
