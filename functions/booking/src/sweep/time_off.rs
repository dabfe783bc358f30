//! Time off, carried on from its stage: the command that added it may have been interrupted, and mails with patients'
//! links are queued only here.

use shared::{reference::Reference, store};

use super::Sweep;
use crate::{
    booking::{Booking, Event, Status},
    context::Context,
    store::{CarryOutError, Due, Freed, LookAgain, OffChange},
    time::{Stage, TellsPatients, TimeOff},
};

/// How many times a time off is written, and so how many times visits in its way are looked for that the index may not
/// have yet.
const MOST_LOOKS: u32 = 20;

impl Sweep {
    /// Brings a time off to the end of its stage. `freed` is what has to be offered then.
    ///
    /// # Errors
    /// When the store did not take all of it. The next sweep goes on.
    pub(super) async fn carry_on(
        &self,
        id: &Reference,
        freed: &mut Vec<Due>,
        context: &Context<'_>,
    ) -> Result<(), CarryOutError> {
        let Some(time_off) = self.bookings.find_time_off(id).await? else {
            return Ok(());
        };
        match time_off.stage {
            Stage::Adding => self.finish_adding(time_off, freed, context).await,
            Stage::There => self.tell(time_off, freed, context).await,
            Stage::Removing => self.finish_removing(time_off, freed, context).await,
            Stage::Removed => self.clear(time_off, context).await,
        }
    }

    async fn finish_adding(
        &self,
        time_off: TimeOff,
        freed: &mut Vec<Due>,
        context: &Context<'_>,
    ) -> Result<(), CarryOutError> {
        self.spread(&time_off, OffChange::Add, context).await?;
        let there = time_off.at(Stage::There);
        if self
            .advance(&time_off, &there, LookAgain::Now, context)
            .await?
        {
            self.tell(there, freed, context).await?;
        }
        Ok(())
    }

    /// Takes back what is offered at that time, and asks the patients to choose another time, if they are to be asked.
    async fn tell(
        &self,
        time_off: TimeOff,
        freed: &mut Vec<Due>,
        context: &Context<'_>,
    ) -> Result<(), CarryOutError> {
        let met = self
            .bookings
            .in_the_way(&time_off, &context.clinic, context.now);
        let met = met.await?;
        let mut failed = None;
        for booking in met.bookings {
            let event = match (booking.status, time_off.tells_patients) {
                (Status::Offered, _) => Event::Retract,
                (_, TellsPatients::Yes) => Event::Displace,
                (_, TellsPatients::No) => continue,
            };
            // One that fails does not keep the others from being told.
            match self.happen(booking, &event, context).await {
                Ok(found) => freed.extend(found),
                Err(error) => failed = Some(error),
            }
        }
        if let Some(error) = failed {
            return Err(error);
        }
        let look = match met.are_all {
            false if time_off.revision < MOST_LOOKS => LookAgain::Later,
            false => {
                tracing::error!(time_off.id = %time_off.id(), "some of the time that is taken cannot be explained: look at the agenda");
                LookAgain::Never
            }
            true => LookAgain::Never,
        };
        self.advance(&time_off, &time_off, look, context).await?;
        Ok(())
    }

    /// Takes it off its days, tells the patients who were asked to move that their time stands, and notes what is free.
    async fn finish_removing(
        &self,
        time_off: TimeOff,
        freed: &mut Vec<Due>,
        context: &Context<'_>,
    ) -> Result<(), CarryOutError> {
        self.spread(&time_off, OffChange::Remove, context).await?;
        let mut failed = None;
        for booking in self.bookings.live_around(&time_off, context.now).await? {
            // One that fails does not keep the others from being told.
            let restored = self.restore(&booking, &time_off, context).await;
            failed = restored.err().or(failed);
        }
        if let Some(error) = failed {
            return Err(error);
        }
        let (from, to) = time_off.days(&context.clinic);
        let note = Freed {
            by: time_off.id().clone(),
            revision: 0,
            from,
            to,
            asked: None,
        };
        let note = self.bookings.note_freed(&note, context.now)?;
        // Somebody may still be adding it, so the days are cleared once more.
        let removed = time_off.at(Stage::Removed);
        let look = (LookAgain::Later, context.now);
        let advanced = self
            .bookings
            .advance_time_off(&time_off, &removed, look, vec![note]);
        if advanced.await? {
            freed.push(Due::Freed(time_off.id().clone(), 0));
        }
        Ok(())
    }

    /// Tells a patient who was asked to move that their time stands, unless somebody is away then all the same.
    async fn restore(
        &self,
        booking: &Booking,
        time_off: &TimeOff,
        context: &Context<'_>,
    ) -> Result<(), CarryOutError> {
        let claim = &booking.claim;
        if !time_off.off.meets(claim.start(), claim.end()) {
            return Ok(());
        }
        // The index may not know yet that they were asked.
        let found = self.bookings.find(&booking.reference, context.now).await?;
        let asked = found.filter(|booking| booking.must_move.is_some());
        let Some(booking) = asked else {
            return Ok(());
        };
        if !self.bookings.is_away(&booking).await? {
            self.happen(booking, &Event::Restore, context).await?;
        }
        Ok(())
    }

    async fn clear(&self, time_off: TimeOff, context: &Context<'_>) -> Result<(), CarryOutError> {
        self.spread(&time_off, OffChange::Remove, context).await?;
        self.advance(&time_off, &time_off, LookAgain::Never, context)
            .await?;
        Ok(())
    }

    async fn spread(
        &self,
        time_off: &TimeOff,
        change: OffChange,
        context: &Context<'_>,
    ) -> Result<(), store::Error> {
        let spread = self.bookings.spread(time_off, change, &context.clinic);
        spread.await
    }

    /// Returns whether it was still as `before`. If not, it is due again.
    async fn advance(
        &self,
        before: &TimeOff,
        after: &TimeOff,
        look: LookAgain,
        context: &Context<'_>,
    ) -> Result<bool, store::Error> {
        let look = (look, context.now);
        let advanced = self
            .bookings
            .advance_time_off(before, after, look, Vec::new());
        advanced.await
    }
}
