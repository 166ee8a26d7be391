package dev.rehearse.data.anonymize.value;

import dev.rehearse.data.anonymize.source.ValueType;

/** What is done with one value that has no further values in it. One thread. */
public interface Leaf {

    /**
     * @param kind what it is; a number inside of JSON is {@code NUMERIC}
     * @param name of the column, or of the field or key under which it stands
     * @param inside whether it stands in JSON, XML, an hstore or a composite value
     * @return what stands in its place
     */
    String value(ValueType.Kind kind, String name, String value, boolean inside);

    /** A key of a JSON object or an hstore. */
    String key(String key);
}
