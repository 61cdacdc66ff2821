package com.fieldbook.demo.ui

import androidx.compose.runtime.mutableStateListOf
import androidx.compose.runtime.saveable.Saver
import androidx.compose.runtime.saveable.listSaver

/** Where the rep may be. */
sealed interface Destination {
    /** The day. */
    data object Today : Destination

    /** All customers. */
    data object Accounts : Destination

    /** All deals. */
    data object Deals : Destination

    /** All tasks. */
    data object Tasks : Destination

    /** What is unsent. */
    data object Sync : Destination

    /** One customer. */
    data class Account(val id: String) : Destination

    /** At a customer's door. */
    data class CheckIn(val account: String) : Destination

    /** A deal in front of a shut gate. */
    data class Move(val deal: String, val stage: String) : Destination

    /** What the rep chose. */
    data object Settings : Destination
}

/** The five that the bar at the bottom leads to. */
val TABS = listOf(Destination.Today, Destination.Accounts, Destination.Deals, Destination.Tasks, Destination.Sync)

/** A place on the back stack; its key is its own for as long as the stack lives. */
data class Entry(val key: String, val destination: Destination)

/** Where the rep is and came from. It survives rotation and the death of the process. */
class BackStack(entries: List<Entry> = listOf(tab(Destination.Today)), private var serial: Int = 0) {
    private val entries = mutableStateListOf<Entry>().apply { addAll(entries) }

    /** Where the rep is. */
    val top: Entry get() = entries.last()

    /** Whether there is somewhere to go back to within the app. */
    val canGoBack: Boolean get() = entries.size > 1 || top.destination != Destination.Today

    /** Goes on to a detail. */
    fun push(destination: Destination) {
        serial += 1
        entries += Entry("detail-$serial", destination)
    }

    /** Goes to a tab; returns the entries that were left for good. */
    fun switchTo(destination: Destination): List<Entry> {
        val left = entries.filter { it.destination !in TABS }
        entries.clear()
        entries += tab(destination)
        return left
    }

    /** Goes back; returns the entries that were left for good. */
    fun pop(): List<Entry> = if (entries.size > 1) {
        listOf(entries.removeAt(entries.lastIndex))
    } else {
        switchTo(Destination.Today)
    }

    companion object {
        private fun tab(destination: Destination) = Entry("tab-${TABS.indexOf(destination)}", destination)

        /** Keeps the stack as text. */
        val Saver: Saver<BackStack, Any> = listSaver(
            save = { stack -> listOf(stack.serial.toString()) + stack.entries.map { "${it.key} ${it.destination.word}" } },
            restore = { words -> BackStack(words.drop(1).map(::entry), words.first().toInt()) },
        )

        private val Destination.word: String
            get() = when (this) {
                Destination.Today -> "today"
                Destination.Accounts -> "accounts"
                Destination.Deals -> "deals"
                Destination.Tasks -> "tasks"
                Destination.Sync -> "sync"
                Destination.Settings -> "settings"
                is Destination.Account -> "account $id"
                is Destination.CheckIn -> "check-in $account"
                is Destination.Move -> "move $deal $stage"
            }

        private fun entry(word: String): Entry {
            val parts = word.split(' ')
            return Entry(
                key = parts[0],
                destination = when (parts[1]) {
                    "accounts" -> Destination.Accounts
                    "deals" -> Destination.Deals
                    "tasks" -> Destination.Tasks
                    "sync" -> Destination.Sync
                    "settings" -> Destination.Settings
                    "account" -> Destination.Account(parts[2])
                    "check-in" -> Destination.CheckIn(parts[2])
                    "move" -> Destination.Move(parts[2], parts[3])
                    else -> Destination.Today
                },
            )
        }
    }
}
