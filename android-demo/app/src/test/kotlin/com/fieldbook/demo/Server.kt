package com.fieldbook.demo

import java.io.File
import java.util.concurrent.TimeUnit

/** A real `fieldbook-server` on a free port of this machine, with fresh data. */
class Server(private val data: File) {
    private val program = File(System.getProperty("fieldbook.native"), "fieldbook-server").path
    private val process: Process

    /** Where it listens, `http://127.0.0.1:43121`. */
    val url: String

    init {
        data.mkdirs()
        process = ProcessBuilder(program, "serve", "--listen", "127.0.0.1:0", "--data", data.path)
            .redirectError(File(data, "server.log"))
            .start()
        val line = process.inputStream.bufferedReader().lineSequence().first { it.startsWith(LISTENS) }
        url = line.removePrefix(LISTENS).trim()
    }

    /** Runs an administrator's command; the last line of what it printed. */
    fun admin(vararg words: String): String {
        val command = ProcessBuilder(program, "admin", "--data", data.path, *words).redirectErrorStream(true).start()
        val printed = command.inputStream.bufferedReader().readText()
        check(command.waitFor() == 0) { "${words.joinToString(" ")}: $printed" }
        return printed.trim().lines().last().trim()
    }

    /** Lets it take connections and answer nothing. */
    fun hang() = signal("STOP")

    /** Lets it answer again. */
    fun goOn() = signal("CONT")

    private fun signal(name: String) {
        check(ProcessBuilder("kill", "-$name", process.pid().toString()).start().waitFor() == 0) { "no signal $name" }
    }

    /** Ends it, if it still runs. */
    fun stop() {
        process.destroy()
        if (!process.waitFor(10, TimeUnit.SECONDS)) process.destroyForcibly().waitFor()
    }

    private companion object {
        const val LISTENS = "listening on "
    }
}
