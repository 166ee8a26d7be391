package dev.rehearse.data.anonymize.leak;

import dev.rehearse.data.anonymize.feature.Digests;
import dev.rehearse.data.anonymize.feature.Features;
import dev.rehearse.data.anonymize.feature.Ledger;
import dev.rehearse.data.anonymize.feature.Suspects;
import dev.rehearse.data.anonymize.rules.ColumnRule;
import dev.rehearse.data.anonymize.rules.Rules;
import dev.rehearse.data.anonymize.source.SourceColumn;
import dev.rehearse.data.anonymize.source.SourceTable;
import dev.rehearse.data.anonymize.source.ValueType;
import dev.rehearse.data.anonymize.text.Meaning;
import dev.rehearse.data.anonymize.value.Leaf;
import dev.rehearse.data.anonymize.value.Pseudonyms;
import dev.rehearse.data.anonymize.value.RecordingLeaf;
import dev.rehearse.data.anonymize.value.RowTransform;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Looks at the source's leaves, and does with those that hold a suspect what the copying did. One thread. */
final class SourceJudge implements SourceScan.Listener {

    /** What authors and owners are called who are people. */
    private static final Pattern FULL_NAME =
            Pattern.compile("\\p{Lu}[\\p{L}\\p{M}'’.-]+(?:,? \\p{Lu}[\\p{L}\\p{M}'’.-]*){1,3}");

    private final Suspects suspects;
    private final Definitions definitions;
    private final Rules rules;

    private final Features features = new Features();
    private final Digests digests = new Digests();
    private final Set<Integer> digestSizes;
    private final Ledger.Writer writer;
    private final Pseudonyms pseudonyms;
    private final Map<Long, Leaf> leaves = new HashMap<>();
    /** Words of the row that stand in definitions. */
    private final Set<Long> ofRow = new HashSet<>();

    private boolean isDoubtful;

    SourceJudge(Suspects suspects, Definitions definitions, Transfer transfer) {
        this.suspects = suspects;
        this.definitions = definitions;
        this.rules = transfer.rules();
        this.digestSizes = transfer.ledger().digestSizes();
        this.writer = transfer.ledger().writer();
        this.pseudonyms = new Pseudonyms(transfer.spec().key(), rules.keptMailDomains());
    }

    @Override
    public void leaf(
            SourceTable table,
            SourceColumn column,
            ValueType.Kind kind,
            @Nullable String name,
            String value,
            boolean inside,
            boolean personal) {
        long place = Ledger.place(table, column);
        if (rules.of(table, column).checksLongNumbersOnly(column)) {
            Features.Sink kept = (hash, start) -> {
                Suspects.Suspect suspect = suspects.get(hash);
                if (suspect != null) {
                    suspect.survived(place, false);
                }
            };
            RecordingLeaf.longNumbers(value, number -> features.of(number, kept));
            return;
        }
        String text = readable(kind, name, value);
        boolean isPlace = name != null && Meaning.endsAsPlace(name);
        Features.Sink sink = (hash, start) -> {
            Suspects.Suspect suspect = suspects.get(hash);
            if (suspect != null) {
                suspect.identifies(isPlace);
            }
        };
        if (personal) {
            definitions.value(name == null ? "" : name, text);
            names(rules.of(table, column), name, text, inside);
            features.ofPersonal(text, sink);
            digests.of(value, digestSizes, digest -> sink.feature(Features.ofDigest(digest), 0));
        } else {
            features.ofAny(text, sink);
        }
        isDoubtful = false;
        features.of(text, (hash, start) -> {
            Suspects.Suspect suspect = suspects.get(hash);
            isDoubtful |= suspect != null && suspect.mayHaveSurvived(place, isPlace);
        });
        if (isDoubtful && !RecordingLeaf.isRough(rules.of(table, column), kind)) {
            Leaf leaf = leaves.computeIfAbsent(
                    place, each -> RowTransform.replacing(table, column, rules, pseudonyms, writer));
            String image = name == null ? leaf.key(value) : leaf.value(kind, name, value, inside);
            if (name != null && RecordingLeaf.isOfWorld(name, value, image, inside, personal)) {
                return;
            }
            boolean byPieces = RecordingLeaf.isByPieces(rules.of(table, column));
            writer.survivors(text, readable(kind, name, image), byPieces, (hash, start) -> {
                Suspects.Suspect suspect = suspects.get(hash);
                if (suspect != null) {
                    suspect.survived(place, isPlace);
                }
            });
        }
    }

    /** Those of people alone, users who are called as such among them: an address such as order.status@ is called like the schema's own columns. */
    private void names(ColumnRule rule, @Nullable String name, String text, boolean inside) {
        Meaning meaning = inside && name != null ? Meaning.ofKey(name) : rule.meaning();
        boolean isName = meaning == Meaning.NAME
                || (meaning == Meaning.USER && FULL_NAME.matcher(text).matches());
        if (isName && !definitions.names().isEmpty()) {
            features.ofPersonal(text, (hash, start) -> {
                if (definitions.names().has(hash)) {
                    ofRow.add(hash);
                }
            });
        }
    }

    @Override
    public void row() {
        if (!ofRow.isEmpty()) {
            definitions.names().row(ofRow);
            ofRow.clear();
        }
    }

    /** @param name null for a key */
    private static String readable(ValueType.Kind kind, @Nullable String name, String value) {
        return name == null ? RecordingLeaf.readableKey(value) : RecordingLeaf.readable(kind, value);
    }
}
