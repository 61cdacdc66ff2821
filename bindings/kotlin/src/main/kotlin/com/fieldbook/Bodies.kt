package com.fieldbook

import com.fieldbook.core.Account
import com.fieldbook.core.Body
import com.fieldbook.core.Contact
import com.fieldbook.core.CustomField
import com.fieldbook.core.Lead
import com.fieldbook.core.Note
import com.fieldbook.core.Opportunity
import com.fieldbook.core.OtherRecord
import com.fieldbook.core.Pack
import com.fieldbook.core.Record
import com.fieldbook.core.SalesTask
import com.fieldbook.core.Site
import com.fieldbook.core.Visit

/** The account that this record is, else null. */
public val Record.account: Account? get() = (body as? Body.Account)?.v1

/** The site that this record is, else null. */
public val Record.site: Site? get() = (body as? Body.Site)?.v1

/** The contact that this record is, else null. */
public val Record.contact: Contact? get() = (body as? Body.Contact)?.v1

/** The opportunity that this record is, else null. */
public val Record.opportunity: Opportunity? get() = (body as? Body.Opportunity)?.v1

/** The visit that this record is, else null. */
public val Record.visit: Visit? get() = (body as? Body.Visit)?.v1

/** The task that this record is, else null. */
public val Record.task: SalesTask? get() = (body as? Body.Task)?.v1

/** The note that this record is, else null. */
public val Record.note: Note? get() = (body as? Body.Note)?.v1

/** The custom field that this record declares, else null. */
public val Record.customField: CustomField? get() = (body as? Body.CustomField)?.v1

/** The lead that this record is, else null. */
public val Record.lead: Lead? get() = (body as? Body.Lead)?.v1

/** The pack that this record holds, else null. */
public val Record.pack: Pack? get() = (body as? Body.Pack)?.v1

/** The fields of this record, if it is of a kind that this version does not know, else null. */
public val Record.other: OtherRecord? get() = (body as? Body.Other)?.v1
