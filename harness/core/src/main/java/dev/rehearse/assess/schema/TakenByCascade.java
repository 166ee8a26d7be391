package dev.rehearse.assess.schema;

import dev.rehearse.assess.words.Words;
import dev.rehearse.recording.Outcome;
import dev.rehearse.recording.Phase;
import dev.rehearse.recording.Recording;
import dev.rehearse.recording.Recording.SchemaDifference;
import dev.rehearse.recording.StatementFact;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Pattern;

/** What a DROP ... CASCADE took with it, and no statement of the migration names: views, columns, foreign keys, tables. Stateless. */
final class TakenByCascade {

    static final String SAFER_WAY =
            "DROP without CASCADE, which fails (2BP01) and names what depends on it: drop that by its name, or keep it.";

    private static final Pattern CASCADE = Pattern.compile("\\bdrop\\b.*\\bcascade\\b", Pattern.DOTALL);

    /** How a statement drops one by its name. */
    private static final Map<String, String> DROPS = Map.of(
            "view", "drop\\s+view\\s[^;]*",
            "materialized", "drop\\s+materialized\\s+view\\s[^;]*",
            "table", "drop\\s+(?:foreign\\s+)?table\\s[^;]*",
            "column", "drop\\s+(?:column\\s+)?(?:if\\s+exists\\s+)?",
            "constraint", "drop\\s+constraint\\s+(?:if\\s+exists\\s+)?");

    private TakenByCascade() {}

    /** In words. */
    static List<String> in(Recording recording) {
        List<String> statements = recording.statements().stream()
                .filter(statement -> statement.phase() == Phase.MIGRATE && statement.outcome() == Outcome.SUCCEEDED)
                .map(StatementFact::sql)
                .map(sql -> Words.withoutComments(sql).toLowerCase(Locale.ROOT))
                .toList();
        if (statements.stream().noneMatch(sql -> CASCADE.matcher(sql).find())) {
            return List.of();
        }
        List<SchemaDifference> changes = recording.schema().changes();
        return changes.stream()
                .filter(change -> isTaken(change, changes))
                .filter(change -> statements.stream().noneMatch(sql -> names(sql, change.object())))
                .map(change -> change.object() + " went with a DROP ... CASCADE, and no statement names it")
                .toList();
    }

    /** Whether it is gone, and what it belongs to is not. */
    private static boolean isTaken(SchemaDifference change, List<SchemaDifference> changes) {
        String before = change.before();
        String object = change.object();
        if (before == null || change.after() != null || isOfGoneSchema(object, changes)) {
            return false;
        }
        boolean isPart = object.startsWith("column ") || object.startsWith("constraint ");
        return DROPS.containsKey(kindOf(object))
                && !(isPart && OldApplication.isGone(OldApplication.tableOf(object), changes))
                && !(object.startsWith("constraint ") && !before.startsWith("FOREIGN KEY "))
                && !before.contains(" inherited")
                && !before.contains("; inherited")
                && !before.contains("partition of ");
    }

    private static boolean isOfGoneSchema(String object, List<SchemaDifference> changes) {
        return changes.stream()
                .filter(change -> change.after() == null && change.object().startsWith("schema "))
                .anyMatch(change -> object.contains(" " + change.object().substring("schema ".length()) + "."));
    }

    private static boolean names(String sql, String object) {
        String name = object.substring(Math.max(object.lastIndexOf('.'), object.lastIndexOf(' ')) + 1)
                .replace("\"", "")
                .toLowerCase(Locale.ROOT);
        String named = "(?<!\\w)" + Pattern.quote(name) + "(?!\\w)";
        String drop = CASCADE.matcher(sql).find() ? DROPS.get(kindOf(object)) + "\"?" : "";
        return Pattern.compile(drop + named).matcher(sql).find();
    }

    private static String kindOf(String object) {
        return object.substring(0, object.indexOf(' '));
    }
}
