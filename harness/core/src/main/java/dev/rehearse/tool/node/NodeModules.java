package dev.rehearse.tool.node;

import dev.rehearse.tool.SourceFiles;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * A Node.js program's text with what other modules of the project say in the place of the names that it takes from them: {@code connection:
 * settings.db} as {@code connection: { host: process.env.DB_HOST }}. One is for one program and is used once.
 */
final class NodeModules {

    private static final int MOST = 100;
    private static final int LONGEST = 20_000;

    private static final String PLACE = "['\"](?<place>\\.[^'\"]*)['\"]";
    private static final Pattern IMPORT =
            Pattern.compile("(?m)^\\s*import\\s+(?<names>[^'\";]+?)\\s+from\\s+" + PLACE + "[^\\S\\n]*;?");
    private static final Pattern DECLARED =
            Pattern.compile("(?m)^\\s*(?:const|let|var)\\s+(?<names>\\{[^}]*}|\\w+)\\s*=\\s*require\\(\\s*" + PLACE
                    + "\\s*\\)(?<members>(?:\\.\\w+)*)[^\\S\\n]*;?");
    private static final Pattern REQUIRED =
            Pattern.compile("\\brequire\\(\\s*" + PLACE + "\\s*\\)(?<members>(?:\\.\\w+)*)(?!\\s*\\()");
    private static final Pattern NAME = Pattern.compile("(?:\\*\\s+as\\s+)?(\\w+)(?:\\s*(?::|\\s+as\\s)\\s*(\\w+))?");
    private static final Pattern EXPORTED = Pattern.compile("(?:\\bmodule\\.exports\\s*=|\\bexport\\s+default)\\s*");

    /** What has to stand in parentheses where it becomes a part of something: {@code env.DB_HOST || 'localhost'}. */
    private static final Pattern CHOICE = Pattern.compile("(?s)[^{('\"`].*\\s(?:\\|\\||\\?\\??)\\s.*");

    private static final List<String> SUFFIXES = List.of("", ".js", ".ts", ".cjs", ".mjs", ".cts", ".mts", ".json");

    /** Texts of modules; of one that is being read, as its file has it. */
    private final Map<Path, String> read = new HashMap<>();

    /** Of the program. */
    private final Path folder;

    private NodeModules(Path folder) {
        this.folder = folder;
    }

    /** Without comments, as {@link SourceFiles#code}; paths in modules begin in the program's folder. */
    static String inlined(Path program) {
        Path file = program.toAbsolutePath().normalize();
        return new NodeModules(file.resolveSibling("")).text(file);
    }

    private String text(Path file) {
        String known = read.get(file);
        if (known != null) {
            return known;
        }
        Path own = file.resolveSibling("");
        String code = SourceFiles.code(file);
        if (!own.equals(folder)) {
            String place = folder.relativize(own).toString();
            code = code.replace("${__dirname}", place)
                    .replaceAll("\\b__dirname\\b", Matcher.quoteReplacement("'" + place + "'"));
        }
        read.put(file, code);
        for (Pattern kind : List.of(IMPORT, DECLARED)) {
            for (MatchResult found : kind.matcher(code).results().toList()) {
                Matcher statement = kind.matcher(found.group());
                if (statement.find()) {
                    code = withNames(code.replace(found.group(), ""), own, statement, kind == DECLARED);
                }
            }
        }
        String inlined = REQUIRED.matcher(code).replaceAll(found -> {
            Matcher required = REQUIRED.matcher(found.group());
            return Matcher.quoteReplacement(
                    required.find()
                            ? value(own, required.group("place"), members(required.group("members")))
                                    .orElse(found.group())
                            : found.group());
        });
        read.put(file, inlined);
        return inlined;
    }

    /** With the values in the place of the names that a statement takes from a module. */
    private String withNames(String code, Path own, Matcher statement, boolean hasMembers) {
        String place = statement.group("place");
        List<String> before = hasMembers ? members(statement.group("members")) : List.of();
        String names = statement.group("names");
        int braces = names.indexOf('{');
        String result = code;
        for (MatchResult name : NAME.matcher(names).results().toList()) {
            String local = name.group(name.group(2) == null ? 1 : 2);
            List<String> path = new ArrayList<>(before);
            if (braces >= 0 && name.start() > braces) {
                path.add(name.group(1));
            }
            result = Pattern.compile("(?<before>[{,]\\s*)?(?<![\\w.'\"`$])(?:\\.{3})?\\b" + local
                            + "(?<members>(?:\\??\\.\\w+)*)\\b(?!\\s*[:=(\\w])(?=(?<after>\\s*[,}])?)")
                    .matcher(result)
                    .replaceAll(used -> Matcher.quoteReplacement(with(used, local, own, place, path)));
        }
        return result;
    }

    private String with(MatchResult used, String local, Path own, String place, List<String> path) {
        String before = used.group(1) == null ? "" : used.group(1);
        List<String> whole = new ArrayList<>(path);
        whole.addAll(members(used.group(2)));
        // { connection } is short for { connection: connection }.
        boolean isShort =
                !before.isEmpty() && used.group(3) != null && used.group().equals(before + local);
        return value(own, place, whole)
                .map(value -> before + (isShort ? local + ": " : "") + value)
                .orElse(used.group());
    }

    private static List<String> members(String text) {
        return Stream.of(text.split("\\??\\."))
                .filter(member -> !member.isEmpty())
                .toList();
    }

    /** What a module says of a name, or by itself; empty where that is neither a value nor read from the environment. */
    private Optional<String> value(Path own, String place, List<String> path) {
        return file(own, place)
                .filter(file -> read.containsKey(file) || read.size() < MOST)
                .flatMap(file -> value(text(file), path))
                .filter(value -> value.length() < LONGEST)
                .filter(value -> value.matches("(?s)['\"`{\\d].*")
                        || !NodeAddress.variables(value).isEmpty())
                .map(value -> CHOICE.matcher(value).matches() ? "(" + value + ")" : value);
    }

    private static Optional<String> value(String module, List<String> path) {
        String text = module;
        for (int i = 0; i < path.size(); i++) {
            String object = object(text, path.get(i));
            if (object.isEmpty()) {
                return i == path.size() - 1 ? single(text, path.get(i)) : Optional.empty();
            }
            text = object;
        }
        return Optional.of("{" + (path.isEmpty() ? exported(module) : text) + "}");
    }

    private static String object(String code, String name) {
        String section = NodeFiles.section(code, name);
        return section.isEmpty() ? NodeFiles.braces(code, assigned(name, "\\{")) : section;
    }

    private static Optional<String> single(String code, String name) {
        return NodeFiles.expression(code, name)
                .or(() -> assigned(name, "(?<value>[^\\n;]+)")
                        .matcher(code)
                        .results()
                        .findFirst()
                        .map(found -> found.group(1).strip()));
    }

    /** {@code name = }, with a type or without. */
    private static Pattern assigned(String name, String value) {
        return Pattern.compile("\\b" + name + "(?:\\s*:\\s*[\\w.<>\\[\\], ]+)?\\s*=\\s*" + value);
    }

    /** What a module is as a whole. */
    private static String exported(String module) {
        String object = NodeFiles.braces(module, Pattern.compile(EXPORTED + "\\{"));
        if (!object.isEmpty()) {
            return object;
        }
        Matcher name = Pattern.compile(EXPORTED + "(?<name>\\w+)").matcher(module);
        String named = name.find() ? object(module, name.group("name")) : "";
        return named.isEmpty() ? module : named;
    }

    private static Optional<Path> file(Path own, String place) {
        Path path = own.resolve(place).normalize();
        return Stream.of(path.toString(), path.toString().replaceFirst("\\.([cm]?)js$", ".$1ts"), path + "/index")
                .flatMap(each -> SUFFIXES.stream().map(suffix -> Path.of(each + suffix)))
                .filter(Files::isRegularFile)
                .findFirst();
    }
}
