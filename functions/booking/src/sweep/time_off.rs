//! Time off, carried on from its stage: the command that added it may have been interrupted, and mails with patients'
//! links are queued only here.

use shared::{reference::Reference, store};

use super::Sweep;
use crate::{
    booking::{Event, Status},
    context::Context,
    store::{CarryOutError, Freed, LookAgain, OffChange},
    time::{Stage, TellsPatients, TimeOff},
};

impl Sweep {
    /// Brings a time off to the end of its stage.
    ///
    /// # Errors
    /// When the store did not take all of it. The next sweep goes on.
    pub(super) async fn carry_on(
        &self,
        id: &Reference,
        context: &Context<'_>,
    ) -> Result<(), CarryOutError> {
        let Some(time_off) = self.bookings.find_time_off(id).await? else {
            return Ok(());
        };
        match time_off.stage {
            Stage::Adding => self.finish_adding(time_off, context).await,
            Stage::There => self.tell(time_off, context).await,
            Stage::Removing => self.finish_removing(time_off, context).await,
            Stage::Removed => self.clear(time_off, context).await,
        }
    }

    async fn finish_adding(
        &self,
        time_off: TimeOff,
        context: &Context<'_>,
    ) -> Result<(), CarryOutError> {
        self.spread(&time_off, OffChange::Add, context).await?;
        let there = TimeOff {
            stage: Stage::There,
            ..time_off.clone()
        };
        if self
            .advance(&time_off, &there, LookAgain::Now, context)
            .await?
        {
            self.tell(there, context).await?;
        }
        Ok(())
    }

    /// Takes back what is offered at that time, and asks the patients to choose another time, if they are to be asked.
    async fn tell(&self, time_off: TimeOff, context: &Context<'_>) -> Result<(), CarryOutError> {
        let in_the_way = self
            .bookings
            .in_the_way(&time_off, &context.clinic, context.now);
        for booking in in_the_way.await? {
            match (booking.status, time_off.tells_patients) {
                (Status::Offered, _) => self.happen(booking, &Event::Retract, context).await?,
                (_, TellsPatients::Yes) => self.happen(booking, &Event::Displace, context).await?,
                (_, TellsPatients::No) => {}
            }
        }
        self.advance(&time_off, &time_off, LookAgain::Never, context)
            .await?;
        Ok(())
    }

    /// Takes it off its days, tells the patients who were asked to move that their time stands, and notes what is free.
    async fn finish_removing(
        &self,
        time_off: TimeOff,
        context: &Context<'_>,
    ) -> Result<(), CarryOutError> {
        self.spread(&time_off, OffChange::Remove, context).await?;
        for booking in self.bookings.live_around(&time_off, context.now).await? {
            let claim = &booking.claim;
            let was_in_the_way = time_off.off.meets(claim.start(), claim.end());
            let was_told = was_in_the_way && booking.must_move.is_some();
            if was_told && !self.bookings.is_away(&booking).await? {
                self.happen(booking, &Event::Restore, context).await?;
            }
        }
        let (from, to) = time_off.days(&context.clinic);
        let freed = Freed {
            by: time_off.id().clone(),
            revision: 0,
            from,
            to,
        };
        let note = self.bookings.note_freed(&freed, context.now)?;
        let removed = TimeOff {
            stage: Stage::Removed,
            ..time_off.clone()
        };
        // Somebody may still be adding it, so the days are cleared once more.
        let look = (LookAgain::Later, context.now);
        let (bookings, before) = (&self.bookings, time_off.stored());
        let advanced = bookings.advance_time_off(before, &removed, look, vec![note]);
        advanced.await?;
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
            .advance_time_off(before.stored(), after, look, Vec::new());
        advanced.await
    }
}
