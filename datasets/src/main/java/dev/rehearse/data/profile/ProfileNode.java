package dev.rehearse.data.profile;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.snakeyaml.engine.v2.exceptions.Mark;
import org.snakeyaml.engine.v2.nodes.MappingNode;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.NodeTuple;
import org.snakeyaml.engine.v2.nodes.ScalarNode;
import org.snakeyaml.engine.v2.nodes.SequenceNode;

/** One value of a profile's file, under the key before it. What it should be and is not ends the reading with the file and the line. */
record ProfileNode(String file, String key, Node node) {

    int line() {
        return node.getStartMark().map(Mark::getLine).orElse(0) + 1;
    }

    ProfileException wrong(String what) {
        return ProfileException.input(file + ":" + line() + ": " + (key.isEmpty() ? "" : key + ": ") + what + ".");
    }

    /** Refuses every key but these. */
    void keys(String... known) {
        entries().forEach((key, value) -> {
            if (!List.of(known).contains(key)) {
                throw new ProfileNode(file, "", value.node)
                        .wrong("unknown key \"" + key + "\"; here stand " + String.join(", ", known));
            }
        });
    }

    /** Refuses every key but these and some further ones. */
    void keys(String[] further, String... known) {
        keys(Stream.concat(Arrays.stream(known), Arrays.stream(further)).toArray(String[]::new));
    }

    Map<String, ProfileNode> entries() {
        if (!(node instanceof MappingNode mapping)) {
            throw wrong("here should stand keys with values");
        }
        Map<String, ProfileNode> entries = new LinkedHashMap<>();
        for (NodeTuple tuple : mapping.getValue()) {
            ProfileNode named = new ProfileNode(file, "", tuple.getKeyNode());
            String name = named.text();
            if (entries.put(name, new ProfileNode(file, name, tuple.getValueNode())) != null) {
                throw named.wrong("\"" + name + "\" stands here twice");
            }
        }
        return entries;
    }

    Optional<ProfileNode> get(String key) {
        return Optional.ofNullable(entries().get(key));
    }

    ProfileNode need(String key) {
        return get(key).orElseThrow(() -> wrong("\"" + key + "\" is missing"));
    }

    List<ProfileNode> items() {
        if (!(node instanceof SequenceNode sequence)) {
            throw wrong("here should stand a list");
        }
        return sequence.getValue().stream()
                .map(item -> new ProfileNode(file, key, item))
                .toList();
    }

    List<String> texts() {
        return items().stream().map(ProfileNode::text).toList();
    }

    String text() {
        if (!(node instanceof ScalarNode scalar)) {
            throw wrong("here should stand a text");
        }
        return scalar.getValue();
    }

    double number(double least, double most) {
        double number;
        try {
            number = Double.parseDouble(text());
        } catch (NumberFormatException e) {
            throw wrong("\"" + text() + "\" is no number");
        }
        if (!(number >= least && number <= most)) {
            throw wrong(text() + " is not between " + least + " and " + most);
        }
        return number;
    }

    long count(long least) {
        return (long) number(least, 1e18);
    }
}
