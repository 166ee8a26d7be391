package dev.rehearse.loadtest;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * A result as one JSON object with its components' names. Written by hand, as loading a library for it would cost a short run more CPU than
 * a thousand operations. What there is no number for is null. Stateless.
 */
public final class LoadTestJson {

    private LoadTestJson() {}

    /** Ends with a newline. */
    public static String of(LoadTestResult result) {
        List<String> members = new ArrayList<>();
        members.add(member("seconds", result.seconds()));
        members.add(member("tps", result.tps()));
        members.add(member("planned", result.planned()));
        members.add(member("operations", result.operations()));
        members.add(member("failed", result.failed()));
        members.add(member("shed", result.shed()));
        members.add(member("unfinished", result.unfinished()));
        members.add(member("retries", result.retries()));
        members.add(member("reconnects", result.reconnects()));
        members.add(member("errorsBySqlState", object(result.errorsBySqlState())));
        members.add(member("errorExamples", object(quoted(result.errorExamples()))));
        members.add(member("responseMillis", percentiles(result.responseMillis())));
        members.add(member("serviceMillis", percentiles(result.serviceMillis())));
        members.add(member("queueMillis", percentiles(result.queueMillis())));
        members.add(member("lateMillis", percentiles(result.lateMillis())));
        members.add(member("clientCpuMicrosPerOperation", result.clientCpuMicrosPerOperation()));
        members.add(member("interrupted", result.interrupted()));
        members.add(member("scripts", object(result.scripts())));
        members.add(member("leftOut", object(result.leftOut())));
        members.add(member("randomSeed", result.randomSeed()));
        members.add(member(
                "notes",
                result.notes().stream().map(LoadTestJson::quoted).collect(Collectors.joining(", ", "[", "]"))));
        return members.stream().collect(Collectors.joining(",\n  ", "{\n  ", "\n}\n"));
    }

    private static String member(String name, Object value) {
        return quoted(name) + ": " + (value.equals(Double.NaN) ? "null" : value);
    }

    private static String percentiles(LoadTestResult.Percentiles p) {
        return List.of(
                        member("p50", p.p50()),
                        member("p90", p.p90()),
                        member("p95", p.p95()),
                        member("p99", p.p99()),
                        member("p999", p.p999()),
                        member("max", p.max()))
                .stream()
                .collect(Collectors.joining(", ", "{", "}"));
    }

    private static String object(Map<String, ?> members) {
        return new TreeMap<>(members)
                .entrySet().stream()
                        .map(entry -> member(entry.getKey(), entry.getValue()))
                        .collect(Collectors.joining(", ", "{", "}"));
    }

    private static Map<String, String> quoted(Map<String, String> texts) {
        return texts.entrySet().stream().collect(Collectors.toMap(Map.Entry::getKey, e -> quoted(e.getValue())));
    }

    private static String quoted(String text) {
        StringBuilder json = new StringBuilder("\"");
        for (char c : text.toCharArray()) {
            if (c == '"' || c == '\\') {
                json.append('\\').append(c);
            } else if (c < ' ') {
                json.append(String.format("\\u%04x", (int) c));
            } else {
                json.append(c);
            }
        }
        return json.append('"').toString();
    }
}
