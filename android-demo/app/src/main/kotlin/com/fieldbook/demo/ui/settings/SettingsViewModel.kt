package com.fieldbook.demo.ui.settings

import androidx.lifecycle.SavedStateHandle
import androidx.lifecycle.ViewModel
import androidx.lifecycle.viewModelScope
import com.fieldbook.core.Status
import com.fieldbook.demo.R
import com.fieldbook.demo.data.AppContainer
import com.fieldbook.demo.data.BookRepository
import com.fieldbook.demo.platform.AppSettings
import com.fieldbook.demo.ui.common.Message
import com.fieldbook.demo.ui.common.refusal
import kotlinx.coroutines.flow.MutableStateFlow
import kotlinx.coroutines.flow.StateFlow
import kotlinx.coroutines.flow.asStateFlow
import kotlinx.coroutines.flow.update
import kotlinx.coroutines.launch

/**
 * The settings as the screen shows them.
 *
 * @property url the server to join, as it is being written.
 * @property code the one-time code, as it is being written.
 */
data class SettingsState(
    val settings: AppSettings = AppSettings(),
    val status: Status? = null,
    val url: String = "",
    val code: String = "",
    val isJoining: Boolean = false,
    val joined: String? = null,
    val message: Message? = null,
)

/** Joining a server, and what the rep chose for this phone. */
class SettingsViewModel(
    private val container: AppContainer,
    private val repository: BookRepository,
    private val deviceName: String,
    private val saved: SavedStateHandle,
) : ViewModel() {
    private val shown = MutableStateFlow(
        SettingsState(
            settings = container.settings.settings.value,
            url = saved.get<String>(URL).orEmpty(),
            code = saved.get<String>(CODE).orEmpty(),
        ),
    )

    /** What the screen shows. */
    val state: StateFlow<SettingsState> = shown.asStateFlow()

    init {
        viewModelScope.launch { attempt(::load) }
    }

    /** The server's address, as it is being written; a text that a QR code held may be pasted, with address and code. */
    fun writeUrl(text: String) {
        val words = text.trim().split(Regex("\\s+"))
        if (words.size == 2) {
            writeUrl(words[0])
            writeCode(words[1])
        } else {
            saved[URL] = text
            shown.update { it.copy(url = text) }
        }
    }

    /** The one-time code, as it is being written. */
    fun writeCode(text: String) {
        saved[CODE] = text
        shown.update { it.copy(code = text) }
    }

    /** Joins the server, then asks for a first sync. */
    fun join() {
        if (shown.value.isJoining) return
        shown.update { it.copy(isJoining = true, message = null) }
        viewModelScope.launch {
            attempt {
                val joined = repository.join(shown.value.url.trim(), shown.value.code.trim(), deviceName)
                container.scheduler.regularly()
                writeCode("")
                shown.update { it.copy(joined = joined.userName) }
                load()
            }
            shown.update { it.copy(isJoining = false) }
        }
    }

    /** Changes what the rep chose. */
    fun change(change: (AppSettings) -> AppSettings) {
        container.settings.update(change)
        shown.update { it.copy(settings = container.settings.settings.value) }
    }

    private suspend fun attempt(work: suspend () -> Unit) {
        val message = refusal(work)
        if (message != null) shown.update { it.copy(message = message) }
    }

    private suspend fun load() {
        val status = repository.status()
        shown.update { it.copy(status = status) }
    }

    private companion object {
        const val URL = "url"
        const val CODE = "code"
    }
}
