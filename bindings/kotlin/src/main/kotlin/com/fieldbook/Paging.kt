package com.fieldbook

import com.fieldbook.core.Deleted
import com.fieldbook.core.Fieldbook
import com.fieldbook.core.Kind
import com.fieldbook.core.Page
import com.fieldbook.core.Query
import kotlinx.coroutines.CoroutineDispatcher
import kotlinx.coroutines.Dispatchers
import kotlinx.coroutines.flow.Flow
import kotlinx.coroutines.flow.flow
import kotlinx.coroutines.withContext

/** The most records that the core puts in a page. */
public const val PAGE_SIZE: Int = 100

/**
 * The pages of a query in order, each fetched when the collector asks for it; the last one has `more == false`.
 *
 * A page begins behind the last record of the one before, wherever that stands now: what is added or renamed meanwhile may
 * be missed, but no record comes twice and none of the others is skipped.
 */
public fun Fieldbook.pages(query: Query, dispatcher: CoroutineDispatcher = Dispatchers.IO): Flow<Page> = flow {
    var next: Query? = query
    while (next != null) {
        val asked: Query = next
        val page = withContext(dispatcher) { list(asked) }
        emit(page)
        next = page.records.lastOrNull()?.takeIf { page.more }?.let { last -> asked.copy(after = last.id) }
    }
}

/** The pages of all records of a kind that are not deleted, [pageSize] records each (1 to [PAGE_SIZE]). */
public fun Fieldbook.pages(
    kind: Kind,
    pageSize: Int = PAGE_SIZE,
    dispatcher: CoroutineDispatcher = Dispatchers.IO,
): Flow<Page> = pages(Query(kind = kind, deleted = Deleted.HIDE, limit = pageSize.toUInt()), dispatcher)
