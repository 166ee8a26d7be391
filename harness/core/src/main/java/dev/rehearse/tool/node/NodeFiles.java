package dev.rehearse.tool.node;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.rehearse.tool.SourceFiles;
import dev.rehearse.tool.ToolProject;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * What a Node.js project's files say to a reader. Configuration there is code, often TypeScript; it is not run, since that needs what the
 * project's own users have set up for it: a value is taken from the string literals that its expression has.
 */
final class NodeFiles {

    /** What says which packages a project has. */
    static final String MANIFEST = "package.json";

    private static final Pattern LITERAL = Pattern.compile("'([^'\n]*)'|\"([^\"\n]*)\"|`([^`]*)`");
    private static final Pattern VERSION = Pattern.compile("\"version\"\\s*:\\s*\"([^\"]+)\"");

    private static final ObjectMapper JSON = new ObjectMapper();

    private NodeFiles() {}

    /** The first of these files that is there. */
    static Optional<Path> first(Path folder, List<String> names) {
        return names.stream().map(folder::resolve).filter(Files::isRegularFile).findFirst();
    }

    /** The part of an object literal that a key's own object literal is; empty where there is none. */
    static String section(String code, String key) {
        return braces(code, Pattern.compile("\\b" + key + "['\"]?\\s*:\\s*\\{"));
    }

    /** What is between a brace, with which something begins there, and the one that closes it; empty where nothing begins so. */
    static String braces(String code, Pattern beginning) {
        Matcher start = beginning.matcher(code);
        if (!start.find()) {
            return "";
        }
        int depth = 1;
        int at = start.end();
        while (at < code.length() && depth > 0) {
            char c = code.charAt(at++);
            depth += c == '{' ? 1 : c == '}' ? -1 : 0;
        }
        return code.substring(start.end(), depth == 0 ? at - 1 : at);
    }

    /**
     * The values of a key: one, whose literals are joined as a path, so that {@code path.join(__dirname, 'db', 'migrations')} is
     * {@code db/migrations}; or those of an array's elements that are literals. Empty where there is no such key or no literal.
     */
    static List<String> values(String code, String key) {
        String expression = expression(code, key).orElse("");
        boolean array = expression.startsWith("[");
        List<String> literals = new ArrayList<>();
        Matcher literal = LITERAL.matcher(expression);
        while (literal.find()) {
            String text = text(literal);
            // "/db" after something else begins in that folder; by itself it is at the root of the file system.
            literals.add(array || literal.start() == 0 ? text : text.replaceFirst("^/+", ""));
        }
        return array || literals.isEmpty() ? literals : List.of(String.join("/", literals));
    }

    private static String text(Matcher literal) {
        String template = literal.group(3);
        return template == null
                ? literal.group(literal.group(1) == null ? 2 : 1)
                : template.replaceAll("\\$\\{[^}]*}/*", "");
    }

    static Optional<String> value(String code, String key) {
        return values(code, key).stream().findFirst();
    }

    /** What a key is given; empty where there is no such key. */
    static Optional<String> expression(String code, String key) {
        return expressions(code, key).stream().findFirst();
    }

    /** The same where several objects have that key. */
    static List<String> expressions(String code, String key) {
        return Pattern.compile("\\b" + key + "['\"]?\\s*:\\s*")
                .matcher(code)
                .results()
                .map(start -> code.substring(start.end(), endOfValue(code, start.end()))
                        .strip())
                .toList();
    }

    private static int endOfValue(String code, int from) {
        int depth = 0;
        for (int at = from; at < code.length(); at++) {
            char c = code.charAt(at);
            if (depth == 0 && (c == ',' || c == '\n' || c == '}')) {
                return at;
            }
            depth += c == '(' || c == '[' || c == '{' ? 1 : c == ')' || c == ']' || c == '}' ? -1 : 0;
        }
        return code.length();
    }

    /** The command lines that a project's manifest gives names, in its order; none where it cannot be read. */
    static Map<String, String> scripts(Path folder) {
        Map<String, String> lines = new LinkedHashMap<>();
        try {
            JSON.readTree(SourceFiles.text(folder.resolve(MANIFEST)))
                    .path("scripts")
                    .properties()
                    .forEach(line -> lines.put(line.getKey(), line.getValue().asText()));
        } catch (JsonProcessingException unreadable) {
            return Map.of();
        }
        return lines;
    }

    /** Whether a project's manifest names a package, needed to build or to run it. */
    static boolean dependsOn(Path folder, String name) {
        String manifest = SourceFiles.text(folder.resolve(MANIFEST));
        return Stream.of("dependencies", "devDependencies")
                .anyMatch(kind -> section(manifest, kind).contains("\"" + name + "\""));
    }

    /**
     * The version of a package that a project has for its program of the same name.
     *
     * @throws dev.rehearse.EnvironmentException where there is no such program
     */
    static String installedVersion(ToolProject project, String name) {
        project.program(name);
        return installedVersion(project.folder(), name);
    }

    /** The version of an installed package, as Node.js finds it: in the folder or in one above it. */
    static String installedVersion(Path folder, String name) {
        for (Path at = folder.toAbsolutePath(); at != null; at = at.getParent()) {
            Path manifest = at.resolve("node_modules").resolve(name).resolve(MANIFEST);
            if (Files.isRegularFile(manifest)) {
                Matcher version = VERSION.matcher(SourceFiles.code(manifest));
                return version.find() ? version.group(1) : "of unknown version";
            }
        }
        return "of unknown version";
    }

    /** A path as an import of JavaScript's writes it. */
    static String literal(Path path) {
        return "'" + path.toString().replace("\\", "\\\\").replace("'", "\\'") + "'";
    }
}
