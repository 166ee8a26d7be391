package dev.rehearse.data.profile;

import dev.rehearse.data.profile.ColumnProfile.Statistics;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.api.lowlevel.Compose;
import org.snakeyaml.engine.v2.exceptions.Mark;
import org.snakeyaml.engine.v2.exceptions.MarkedYamlEngineException;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;
import org.snakeyaml.engine.v2.nodes.Node;

/** From YAML to a {@link Profile}. The first mistake ends it, with its line. */
final class ProfileReader {

    private static final int LARGEST_FILE_CHARACTERS = 512 << 20;

    private ProfileReader() {}

    static Profile read(String file, String text) {
        refuseNewer(file, text);
        ProfileNode root = new ProfileNode(file, "", compose(file, text));
        root.keys(
                "rehearseProfile",
                "server",
                "settings",
                "enums",
                "missing",
                "tables",
                "workloadSeconds",
                "workload",
                "complete");
        root.get("rehearseProfile")
                .orElseThrow(() -> root.wrong("this is no profile: it lacks rehearseProfile: " + Profile.VERSION));
        long lines = text.lines().count();
        root.get("complete")
                .orElseThrow(() -> ProfileException.input(file + ":" + lines
                        + ": the profile was cut short: its last line, complete: true, is missing."
                        + " Copy or capture it again."));
        SortedMap<String, List<String>> enums = new TreeMap<>();
        root.get("enums").ifPresent(node -> node.entries().forEach((name, labels) -> enums.put(name, labels.texts())));
        return new Profile(
                file,
                root.need("server").text(),
                texts(root.get("settings")),
                enums,
                items(root, "tables").stream().map(ProfileReader::table).toList(),
                items(root, "workload").stream().map(ProfileReader::query).toList(),
                root.get("workloadSeconds").map(node -> node.number(0, 1e12)).orElse(0.0),
                items(root, "missing").stream()
                        .map(node -> node.need("what").text())
                        .toList());
    }

    /** A newer version may have another form, so the version is looked for before the form. */
    private static void refuseNewer(String file, String text) {
        int line = 0;
        for (String content : (Iterable<String>) text.lines().limit(20)::iterator) {
            line++;
            if (content.matches("rehearseProfile: *\\d{1,9} *")) {
                int version = Integer.parseInt(content.replaceAll("\\D", ""));
                if (version > Profile.VERSION) {
                    throw ProfileException.input(file + ":" + line + ": the profile has version " + version
                            + "; this release of Rehearse reads up to " + Profile.VERSION
                            + ". Use the release that captured it, or a newer one.");
                }
            }
        }
    }

    private static Node compose(String file, String text) {
        LoadSettings settings = LoadSettings.builder()
                .setLabel(file)
                .setCodePointLimit(LARGEST_FILE_CHARACTERS)
                .build();
        try {
            Optional<Node> root = new Compose(settings).composeString(text);
            return root.orElseThrow(() -> ProfileException.input(file + ":1: the file is empty, which is no profile."));
        } catch (MarkedYamlEngineException e) {
            int line =
                    e.getProblemMark().or(e::getContextMark).map(Mark::getLine).orElse(0) + 1;
            boolean atEnd = line >= text.lines().count();
            throw ProfileException.input(file + ":" + line + ": "
                    + (atEnd
                            ? "the profile was cut short, in the middle of a line. Copy or capture it again."
                            : "this is no YAML: " + e.getProblem() + "."));
        } catch (YamlEngineException e) {
            throw ProfileException.input(file + ":1: this is no YAML: " + e.getMessage());
        }
    }

    private static List<ProfileNode> items(ProfileNode node, String key) {
        return node.get(key).map(ProfileNode::items).orElse(List.of());
    }

    private static SortedMap<String, String> texts(Optional<ProfileNode> node) {
        SortedMap<String, String> texts = new TreeMap<>();
        node.ifPresent(n -> n.entries().forEach((key, value) -> texts.put(key, value.text())));
        return texts;
    }

    private static TableProfile table(ProfileNode node) {
        node.keys(
                "schema",
                "name",
                "kind",
                "rows",
                "counted",
                "bytes",
                "toastBytes",
                "deadRows",
                "partitions",
                "columns",
                "constraints",
                "indexes",
                "extendedStatistics",
                "expressions");
        SortedMap<String, Statistics> expressions = new TreeMap<>();
        node.get("expressions")
                .ifPresent(n -> n.entries().forEach((text, one) -> expressions.put(text, statistics(one))));
        return new TableProfile(
                node.line(),
                node.need("schema").text(),
                node.need("name").text(),
                node.need("kind").text(),
                node.get("rows").map(rows -> rows.count(0)).orElse(-1L),
                node.get("counted").isPresent(),
                node.need("bytes").count(0),
                node.need("toastBytes").count(0),
                node.need("deadRows").count(0),
                counts(node.get("partitions")),
                items(node, "columns").stream().map(ProfileReader::column).toList(),
                texts(node.get("constraints")).entrySet().stream()
                        .map(entry -> new TableProfile.Definition(entry.getKey(), entry.getValue()))
                        .toList(),
                items(node, "indexes").stream()
                        .map(index -> new TableProfile.IndexProfile(
                                index.need("name").text(),
                                index.need("definition").text(),
                                index.need("bytes").count(0),
                                index.need("scans").count(0)))
                        .toList(),
                items(node, "extendedStatistics").stream()
                        .map(ProfileReader::extended)
                        .toList(),
                expressions);
    }

    private static TableProfile.ExtendedStatistics extended(ProfileNode node) {
        node.keys("name", "definition", "columns", "distinct", "dependencies", "commonShares", "combinations");
        List<Double> shares = shares(node);
        List<String> columns = node.get("columns").map(ProfileNode::texts).orElse(List.of());
        List<String> combinations =
                node.get("combinations").map(ProfileNode::texts).orElse(List.of());
        if (shares.size() != combinations.size()) {
            throw node.wrong("there are " + combinations.size() + " combinations but " + shares.size() + " shares");
        }
        combinations.stream()
                .filter(combination ->
                        !combination.matches("(?:-|\\??\\d{1,9})(?: (?:-|\\??\\d{1,9})){" + (columns.size() - 1) + "}"))
                .findFirst()
                .ifPresent(combination -> {
                    throw node.need("combinations")
                            .wrong("\"" + combination + "\" does not say -, a number or ?number for each of "
                                    + columns.size() + " columns");
                });
        return new TableProfile.ExtendedStatistics(
                node.need("name").text(),
                node.need("definition").text(),
                columns,
                numbers(node.get("distinct"), -1, 1e18),
                numbers(node.get("dependencies"), 0, 1),
                shares,
                combinations);
    }

    private static SortedMap<String, Long> counts(Optional<ProfileNode> node) {
        SortedMap<String, Long> counts = new TreeMap<>();
        node.ifPresent(n -> n.entries().forEach((key, value) -> counts.put(key, value.count(0))));
        return counts;
    }

    private static SortedMap<String, Double> numbers(Optional<ProfileNode> node, double least, double most) {
        SortedMap<String, Double> numbers = new TreeMap<>();
        node.ifPresent(n -> n.entries().forEach((key, value) -> numbers.put(key, value.number(least, most))));
        return numbers;
    }

    private static ColumnProfile column(ProfileNode node) {
        node.keys("name", "type", "notNull", "default", "harmless", "statistics", "partitions");
        SortedMap<String, PartitionStatistics> partitions = new TreeMap<>();
        node.get("partitions").ifPresent(n -> n.entries().forEach((name, one) -> partitions.put(name, partition(one))));
        return new ColumnProfile(
                node.line(),
                node.need("name").text(),
                node.need("type").text(),
                node.get("notNull").isPresent(),
                node.get("default").map(ProfileNode::text).orElse(null),
                node.get("harmless").isPresent(),
                node.get("statistics").map(one -> statistics(one)).orElse(null),
                partitions);
    }

    private static PartitionStatistics partition(ProfileNode node) {
        Statistics statistics = statistics(node, "common");
        List<String> common = node.get("common").map(ProfileNode::texts).orElse(List.of());
        if (common.size() != statistics.commonShares().size()
                || !common.stream().allMatch(one -> one.matches("\\?|\\d{1,9}"))) {
            throw node.get("common")
                    .orElse(node)
                    .wrong("should be ? or a number for each of the "
                            + statistics.commonShares().size() + " commonShares");
        }
        return new PartitionStatistics(statistics, common);
    }

    private static Statistics statistics(ProfileNode node, String... further) {
        node.keys(
                further,
                "nullShare",
                "distinct",
                "widthBytes",
                "correlation",
                "commonShares",
                "commonValues",
                "bounds",
                "lengths",
                "characters",
                "magnitudes",
                "years",
                "days");
        @Nullable
        Double correlation = node.get("correlation").map(n -> n.number(-1, 1)).orElse(null);
        List<String> commonValues =
                node.get("commonValues").map(ProfileNode::texts).orElse(List.of());
        List<Double> commonShares = shares(node);
        if (!commonValues.isEmpty() && commonValues.size() != commonShares.size()) {
            throw node.need("commonValues")
                    .wrong("there are " + commonValues.size() + " common values but " + commonShares.size()
                            + " shares");
        }
        return new Statistics(
                node.need("nullShare").number(0, 1),
                node.need("distinct").number(-1, 1e18),
                (int) node.need("widthBytes").count(0),
                correlation,
                commonShares,
                commonValues,
                node.get("bounds").map(ProfileNode::texts).orElse(List.of()),
                integers(node, "lengths", 0, 1 << 30),
                numbers(node.get("characters"), 0, 1),
                integers(node, "magnitudes", -63, 63),
                integers(node, "years", 1, 9999),
                node.get("days").map(days -> (int) days.count(0)).orElse(0));
    }

    private static List<Integer> integers(ProfileNode node, String key, int least, int most) {
        return items(node, key).stream()
                .map(item -> (int) item.number(least, most))
                .toList();
    }

    private static List<Double> shares(ProfileNode node) {
        return items(node, "commonShares").stream()
                .map(item -> item.number(0, 1))
                .toList();
    }

    private static QueryProfile query(ProfileNode node) {
        node.keys("calls", "meanMillis", "rows", "sql", "plan");
        return new QueryProfile(
                node.need("sql").text(),
                node.need("calls").count(0),
                node.need("meanMillis").number(0, 1e15),
                node.need("rows").count(0),
                node.get("plan").map(plan -> new QueryPlan(plan.text())).orElse(null));
    }
}
