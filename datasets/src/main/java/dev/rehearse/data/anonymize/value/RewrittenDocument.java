package dev.rehearse.data.anonymize.value;

import dev.rehearse.data.anonymize.source.ValueType.Kind;
import dev.rehearse.data.anonymize.text.JsonWalk;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.function.BiConsumer;

/** Writes a document again with other strings and numbers, and everything else as it is. For one document. */
final class RewrittenDocument implements JsonWalk.Visitor {

    private final StringBuilder out;
    private final BiConsumer<String, StringBuilder> string;
    private final boolean inside;
    private final Leaf leaf;
    /** Where what is to be counted begins, of one within another. */
    private final Deque<Integer> uncounted = new ArrayDeque<>();

    /**
     * @param length of the document, more or less
     * @param string writes a string as its format has it
     * @param inside whether what stands under no key of it has a name of its own all the same, which a column of text is not for it
     */
    RewrittenDocument(int length, BiConsumer<String, StringBuilder> string, boolean inside, Leaf leaf) {
        this.out = new StringBuilder(length);
        this.string = string;
        this.inside = inside;
        this.leaf = leaf;
    }

    @Override
    public void key(String key) {
        string.accept(leaf.key(key), out);
    }

    @Override
    public void text(String name, String text, boolean keyed) {
        string.accept(ValueShape.text(name, text, inside || keyed, leaf), out);
    }

    @Override
    public void number(String name, String number, boolean keyed) {
        out.append(leaf.value(Kind.NUMERIC, name, number, inside || keyed));
    }

    @Override
    public void other(char c) {
        out.append(c);
    }

    @Override
    public void uncounted() {
        uncounted.push(out.length());
    }

    @Override
    public void counted() {
        int start = uncounted.pop();
        int bytes = out.substring(start).getBytes(StandardCharsets.UTF_8).length;
        out.insert(start, bytes + ":{").append('}');
    }

    @Override
    public void bare(String name, String text, boolean keyed) {
        out.append(ValueShape.text(name, text, inside || keyed, leaf));
    }

    @Override
    public String toString() {
        return out.toString();
    }
}
