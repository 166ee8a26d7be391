package dev.rehearse.pgbench;

import dev.rehearse.InvalidRehearsalException;
import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;

/** A script that was read: its steps, and what it is called. Immutable. */
public record Script(String name, List<Command> commands) {

    public Script {
        commands = List.copyOf(commands);
    }

    /**
     * Reads a script.
     *
     * @param name what messages call it
     * @param symbols the variables of all scripts that one client will run
     * @throws InvalidRehearsalException with file and line where it is wrong
     */
    public static Script parse(String name, String text, Symbols symbols) {
        return new ScriptReader(name, text, symbols).read();
    }

    /** Reads a file; as {@link #parse}. */
    public static Script read(Path file, Symbols symbols) {
        try {
            return parse(file.toString(), Files.readString(file), symbols);
        } catch (CharacterCodingException e) {
            throw new InvalidRehearsalException("The script " + file + " is not text in UTF-8. Save it as such.", e);
        } catch (NoSuchFileException e) {
            throw new InvalidRehearsalException(
                    "The script " + file + " cannot be read: there is no such file. Name one that exists.", e);
        } catch (IOException e) {
            throw new InvalidRehearsalException(
                    "The script " + file + " cannot be read: " + e.getMessage() + ". Name a file that can.", e);
        }
    }

    /** Whether it needs the extended protocol. */
    public boolean hasPipelines() {
        return commands.stream().anyMatch(Command.Pipeline.class::isInstance);
    }
}
