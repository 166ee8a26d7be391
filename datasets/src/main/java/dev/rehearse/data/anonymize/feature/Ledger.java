package dev.rehearse.data.anonymize.feature;

import dev.rehearse.data.anonymize.source.SourceColumn;
import dev.rehearse.data.anonymize.source.SourceTable;
import dev.rehearse.data.value.LongSet;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * What the copying writes down for the leak check: which features of the source identify somebody, and which ones stand in a column of
 * the output because they stood at the same place of the same value of the source. Both are filters that may say yes too often, and never
 * no: what both say yes to is looked for in the source itself, so no feature is excused by chance. Thread-safe.
 */
public final class Ledger {

    /** The largest numbers of the integer types, which programs write for no limit. */
    private static final List<String> LIMITS =
            List.of(Integer.toString(Integer.MAX_VALUE), Long.toString(Long.MAX_VALUE));

    private final FeatureFilter identifying;
    private final FeatureFilter surviving;
    /** Digests of what identifies, where some stand in the output. */
    private volatile @Nullable FeatureFilter digested;

    private final Set<Integer> digestSizes = ConcurrentHashMap.newKeySet();
    private final long expected;
    private final Set<Long> harmless = new HashSet<>();
    /** Of codes that programs know. */
    private final Set<Long> known = new HashSet<>();
    /** By place, and those of all. */
    private final Map<Long, Set<Long>> codesOf = new ConcurrentHashMap<>();

    private final Set<Long> codes = ConcurrentHashMap.newKeySet();
    /** Columns of measures in which numbers stand that are long enough to be somebody's. */
    private final Set<Long> withNumbers = ConcurrentHashMap.newKeySet();

    /**
     * @param features how many there are, by estimate
     * @param surviving how many of them stay, by estimate
     * @param words that identify nobody
     * @param codes that programs know: addresses and numbers among them are somebody's all the same
     */
    public Ledger(long features, long surviving, Set<String> words, Set<String> codes) {
        this.expected = features;
        identifying = FeatureFilter.of(features);
        this.surviving = FeatureFilter.of(surviving);
        Features found = new Features();
        words.forEach(word -> found.of(word, (hash, start) -> harmless.add(hash)));
        LIMITS.forEach(limit -> found.of(limit, (hash, start) -> harmless.add(hash)));
        codes.forEach(code -> ofCode(code, found, known));
    }

    private static void ofCode(String code, Features found, Set<Long> features) {
        found.of(code, (hash, start) -> {
            if (found.isCode()) {
                features.add(hash);
            }
        });
    }

    /** Passes over codes where a column has them, and in definitions, which say what happens to them. */
    public void excuse(long place, Set<String> columnsCodes) {
        Features found = new Features();
        Set<Long> features = new HashSet<>();
        columnsCodes.forEach(code -> ofCode(code, found, features));
        if (!features.isEmpty()) {
            codesOf.computeIfAbsent(place, each -> new HashSet<>()).addAll(features);
            codes.addAll(features);
        }
    }

    /**
     * As {@link #excuse}, once all is read, for keys that stand beside each other in documents: where more than half of them, and not one alone, are
     * called as somebody is, they are no words of a program but people.
     */
    public void excuseKeys(long place, Set<String> keys) {
        long people = keys.stream().filter(this::mayName).count();
        if (people < 2 || people * 2 <= keys.size()) {
            excuse(place, keys);
        }
    }

    private boolean mayName(String key) {
        boolean[] found = {false};
        Features features = new Features();
        features.of(key, (hash, start) -> found[0] |= features.isCode() && isKnown(hash));
        return found[0];
    }

    /** Whether a feature may stand in the source as something that identifies. */
    public boolean mayIdentify(long feature) {
        FeatureFilter digests = digested;
        return isKnown(feature) || (digests != null && digests.mayContain(feature) && !isHarmless(feature));
    }

    private boolean isKnown(long feature) {
        return identifying.mayContain(feature) && !isHarmless(feature);
    }

    private boolean isHarmless(long feature) {
        return harmless.contains(feature) || known.contains(feature);
    }

    /** As {@link #mayIdentify}, beside another one of the same person, which no code has. */
    public boolean mayIdentifyTogether(long feature) {
        return identifying.mayContain(feature) && !harmless.contains(feature);
    }

    /** Of how many bytes what was copied as it is has digests, of whatever. */
    public Set<Integer> digestSizes() {
        return digestSizes;
    }

    /** Before {@link Writer#digests}. */
    public void expectDigests() {
        digested = FeatureFilter.of(expected);
    }

    /** As {@link #mayIdentify}, for what is written in definitions or made by them. */
    public boolean mayIdentifyInDefinition(long feature) {
        return mayIdentify(feature) && !codes.contains(feature);
    }

    /** Whether a feature of a column of the output has to be looked for in the source. */
    public boolean isSuspect(long feature, long place) {
        return surviving.mayContain(feature ^ place)
                && mayIdentify(feature)
                && !codesOf.getOrDefault(place, Set.of()).contains(feature);
    }

    /** Whether a number was told of in {@link Writer#kept} for a column. */
    public boolean hasKept(long place) {
        return withNumbers.contains(place);
    }

    /** For one thread. */
    public Writer writer() {
        return new Writer();
    }

    /** Writes down what one thread reads. */
    public final class Writer {

        private final Features features = new Features();
        private final Digests digests = new Digests();
        private final LongSet before = new LongSet();
        private boolean found;

        /** A leaf of the source. */
        public void read(String value, boolean personal) {
            if (personal) {
                features.ofPersonal(value, (hash, start) -> identifying.add(hash));
            } else {
                features.ofAny(value, (hash, start) -> identifying.add(hash));
            }
        }

        /** A number that goes over as it is, and is nobody's as far as its own column says. */
        public void kept(long place, String number) {
            if (!withNumbers.contains(place)) {
                withNumbers.add(place);
            }
            features.of(number, (hash, start) -> surviving.add(hash ^ place));
        }

        /**
         * A leaf of the source and what became of it.
         *
         * @param place the column where it stands, see {@link #place}
         * @param byPieces whether each run of letters and digits was replaced as a whole, if it was
         */
        public void copied(long place, String value, String image, boolean personal, boolean byPieces) {
            read(value, personal);
            survivors(value, image, byPieces, (hash, start) -> {
                surviving.add(hash ^ place);
                int size = features.digestSize();
                if (size > 0 && !digestSizes.contains(size)) {
                    digestSizes.add(size);
                }
            });
        }

        /** The digests of a personal value, of the sizes that stand in the output. */
        public void digests(String value) {
            FeatureFilter filter = Objects.requireNonNull(digested);
            digests.of(value, digestSizes, digest -> filter.add(Features.ofDigest(digest)));
        }

        /** Tells the features that stand in an image because they stood in the value. */
        public void survivors(String value, String image, boolean byPieces, Features.Sink sink) {
            if (value.equals(image)) {
                features.of(value, sink);
                return;
            }
            boolean isAligned = value.length() == image.length();
            if (isAligned && byPieces && !Tokens.anyIsKept(value, image)) {
                return;
            }
            before.clear();
            features.of(value, (hash, start) -> {
                before.add(hash);
                before.add(at(hash, start));
            });
            boolean isValueAligned = isAligned && features.isAligned();
            features.of(image, (hash, start) -> {
                // In another place, or in a piece that was replaced, it stands by chance.
                boolean survives = isValueAligned && features.isAligned()
                        ? before.contains(at(hash, start))
                                && (!byPieces || Tokens.areKept(value, image, start, features.end()))
                        : before.contains(hash);
                if (survives) {
                    sink.feature(hash, start);
                }
            });
        }

        /** Whether a piece of free text identifies somebody, but for digests: what was kept is known by the same answer later on. */
        public boolean identifies(String text) {
            found = false;
            features.of(text, (hash, start) -> found |= isKnown(hash));
            return found;
        }

        private static long at(long hash, int start) {
            return Features.mix(hash + start + 1);
        }
    }

    /** A column in a number that differs from every other's. */
    public static long place(SourceTable table, SourceColumn column) {
        return Features.mix(table.oid() << 16 | column.number());
    }
}
