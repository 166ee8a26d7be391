package dev.rehearse.report;

import java.nio.charset.CharacterCodingException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;

/** Why a file could not be read or written, in words for people. */
public final class FileTrouble {

    private FileTrouble() {}

    /** The reason after the file's name, where the failure has one: "/proc/x: there is no such file or folder". */
    public static String of(Exception failure) {
        String file = failure instanceof FileSystemException of && of.getFile() != null ? of.getFile() + ": " : "";
        return file + reason(failure);
    }

    /** The reason alone, for a message that names the file itself. */
    public static String reason(Exception failure) {
        if (failure instanceof NoSuchFileException) {
            return "there is no such file or folder";
        }
        if (failure instanceof AccessDeniedException) {
            return "permission denied";
        }
        if (failure instanceof FileAlreadyExistsException) {
            return "there is a file of that name";
        }
        if (failure instanceof CharacterCodingException) {
            return "it is not in UTF-8";
        }
        if (failure instanceof FileSystemException of && of.getReason() != null) {
            return of.getReason();
        }
        return failure.getMessage() == null ? failure.getClass().getSimpleName() : failure.getMessage();
    }
}
