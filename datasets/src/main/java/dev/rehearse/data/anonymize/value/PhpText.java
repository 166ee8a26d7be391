package dev.rehearse.data.anonymize.value;

import dev.rehearse.data.anonymize.source.ValueType.Kind;
import dev.rehearse.data.anonymize.text.JsonWalk;
import dev.rehearse.data.anonymize.text.PhpDocument;
import java.nio.charset.StandardCharsets;

/** Replaces the strings and numbers of what PHP has serialized, and writes how long they are. Stateless. */
final class PhpText {

    private PhpText() {}

    /** @param inside whether what stands under no key of it has a name of its own all the same */
    static String map(String document, String column, boolean inside, Leaf leaf) {
        StringBuilder out = new StringBuilder(document.length());
        PhpDocument.walk(document, column, new JsonWalk.Visitor() {

            @Override
            public void key(String key) {
                string(leaf.key(key), out);
            }

            @Override
            public void text(String name, String text, boolean keyed) {
                string(ValueShape.text(name, text, inside || keyed, leaf), out);
            }

            @Override
            public void number(String name, String number, boolean keyed) {
                out.append(leaf.value(Kind.NUMERIC, name, number, inside || keyed));
            }

            @Override
            public void other(char c) {
                out.append(c);
            }
        });
        return out.toString();
    }

    private static void string(String text, StringBuilder out) {
        out.append("s:")
                .append(text.getBytes(StandardCharsets.UTF_8).length)
                .append(":\"")
                .append(text)
                .append("\";");
    }
}
