package dev.rehearse.cli.option;

import java.nio.file.Path;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** The path of a folder, or of a file that holds more than one text: {@code -} would be called what elsewhere stands for standard output. */
public final class NoStandardOutput implements ITypeConverter<Path> {

    @Override
    public Path convert(String value) {
        if (value.equals("-")) {
            throw new TypeConversionException(
                    "'-' stands for standard output, where this cannot go; ./- is a file or folder of that name");
        }
        return Path.of(value);
    }
}
