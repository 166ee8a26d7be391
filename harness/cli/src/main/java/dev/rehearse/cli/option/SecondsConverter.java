package dev.rehearse.cli.option;

import java.time.Duration;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** A length in seconds, which may have a fraction. */
public final class SecondsConverter implements ITypeConverter<Duration> {

    @Override
    public Duration convert(String value) {
        if (value.matches("\\d{1,7}(\\.\\d{1,3})?") && Double.parseDouble(value) > 0) {
            return Duration.ofMillis(Math.round(Double.parseDouble(value) * 1_000));
        }
        throw new TypeConversionException("'" + value + "' is no length in seconds, such as 60");
    }
}
