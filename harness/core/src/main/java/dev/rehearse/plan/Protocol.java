package dev.rehearse.plan;

/** How statements travel, with pgbench's names for it. */
public enum Protocol {
    /** One message with the values in the text. */
    SIMPLE,
    /** Parsed and planned at every execution, with the values beside it. */
    EXTENDED,
    /** Parsed once on each connection. */
    PREPARED
}
