package dev.rehearse.pgbench;

/** An expression has no value: what is wrong with it, without where. */
public final class ExpressionException extends RuntimeException {

    ExpressionException(String message) {
        super(message);
    }
}
