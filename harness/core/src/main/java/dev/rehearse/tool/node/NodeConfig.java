package dev.rehearse.tool.node;

import dev.rehearse.tool.SourceFiles;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;

/** The settings of a Node.js project that keeps them with the package {@code config}, as far as a file says which variables stand for them. Stateless. */
final class NodeConfig {

    private static final List<String> VARIABLES = List.of(
            "config/custom-environment-variables.json",
            "config/custom-environment-variables.yaml",
            "config/custom-environment-variables.yml");

    private static final Pattern SETTING =
            Pattern.compile("\\bconfig\\.get(?:<[^>]*>)?\\(\\s*['\"]([\\w.-]+)['\"]\\s*\\)");

    private NodeConfig() {}

    /** A program's text with the variables in the place of the settings that they stand for, its own modules' included. */
    static String withVariables(Path folder, Path program) {
        String code = NodeModules.inlined(program);
        Optional<Object> variables = NodeFiles.first(folder, VARIABLES).flatMap(NodeConfig::read);
        return variables.isEmpty()
                ? code
                : SETTING.matcher(code).replaceAll(setting -> {
                    String variable = variable(variables.get(), setting.group(1));
                    return Matcher.quoteReplacement(variable == null ? setting.group() : "process.env." + variable);
                });
    }

    /** YAML's reader takes JSON, too. */
    private static Optional<Object> read(Path file) {
        try {
            return Optional.ofNullable(new Load(LoadSettings.builder().build()).loadFromString(SourceFiles.text(file)));
        } catch (YamlEngineException unreadable) {
            return Optional.empty();
        }
    }

    private static @Nullable String variable(Object variables, String setting) {
        Object found = variables;
        for (String part : setting.split("\\.")) {
            found = found instanceof Map<?, ?> map ? map.get(part) : null;
        }
        // With a format the name is a setting of its own.
        Object name = found instanceof Map<?, ?> map ? map.get("__name") : found;
        return name instanceof String text ? text : null;
    }
}
