package com.fieldbook.demo.ui.common

import androidx.annotation.StringRes
import androidx.compose.runtime.Composable
import androidx.compose.ui.res.stringResource

/** A sentence for the rep, in whatever language the screen is. */
data class Message(@param:StringRes val id: Int, val values: List<Any> = listOf()) {
    constructor(@StringRes id: Int, vararg values: Any) : this(id, values.toList())
}

/** The sentence in the screen's language. */
@Composable
fun Message.text(): String {
    val shown = values.map { if (it is Message) it.text() else it }
    return stringResource(id, *shown.toTypedArray())
}
