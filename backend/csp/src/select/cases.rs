//! Tuples of cases.

use std::convert::Infallible;
use std::pin::Pin;
use std::task::Waker;

use super::{Case, Fired};
use crate::ambient::Local;
use crate::chan::waiter::Election;

/// Which case of a select came, by its position, and what it resolved to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Choice<
    A,
    B = Infallible,
    C = Infallible,
    D = Infallible,
    E = Infallible,
    F = Infallible,
    G = Infallible,
    H = Infallible,
> {
    /// The first.
    A(A),
    /// The second.
    B(B),
    /// The third.
    C(C),
    /// The fourth.
    D(D),
    /// The fifth.
    E(E),
    /// The sixth.
    F(F),
    /// The seventh.
    G(G),
    /// The eighth.
    H(H),
}

/// The most cases of a select over a tuple.
pub(crate) const MAX_CASES: usize = 8;

/// The channels that a select holds locked: positions of its cases, in the
/// order of their channels' addresses, each channel once.
pub struct Locked {
    order: [u8; MAX_CASES],
    len: usize,
}

/// A tuple of cases; the methods do to all, or to one by its position, what
/// those of [`Case`] do.
#[allow(unsafe_code)]
pub trait Cases {
    type Output;
    const LEN: usize;
    fn lock_all(&self) -> Locked;
    /// # Safety
    /// `locked` came from `lock_all`.
    unsafe fn unlock_all(&self, locked: Locked);
    /// The cases that look ready, as bits, by the glances of their channels,
    /// which are left in `seen`. Nothing need be locked.
    fn look(&self, seen: &mut [usize; MAX_CASES]) -> u32;

    /// Whether another look sees the same. Case by case: to compare the arrays as
    /// memory took two thirds of a select with a default.
    fn look_the_same(&self, seen: &[usize; MAX_CASES]) -> bool;
    /// Locks the channel of a case, and fires it.
    fn lock_and_fire(
        self: Pin<&mut Self>,
        index: usize,
        local: Option<&Local>,
        wakee: &mut Option<Waker>,
    ) -> Fired<Self::Output>;
    /// The cases that are ready, as bits, and their number.
    ///
    /// # Safety
    /// All are locked.
    unsafe fn ready(&self) -> (u32, u32);
    /// # Safety
    /// All are locked.
    unsafe fn fire(
        self: Pin<&mut Self>,
        index: usize,
        local: Option<&Local>,
        wakee: &mut Option<Waker>,
    ) -> Fired<Self::Output>;
    /// # Safety
    /// All are locked; `select` stays valid until they are delisted or dropped.
    unsafe fn enlist(self: Pin<&mut Self>, select: *const Election, since_ns: u64);
    fn delist(self: Pin<&mut Self>);
    fn won(self: Pin<&mut Self>, index: usize) -> Option<Self::Output>;
    fn panics(self: Pin<&mut Self>, index: usize);
}

/// The order in which to lock channels with these addresses: ascending, each
/// once, without 0.
fn lock_order(keys: &[usize]) -> Locked {
    let mut order = [0; MAX_CASES];
    let mut len = 0;
    for (index, &key) in keys.iter().enumerate() {
        let held = &order[..len];
        if key == 0 || held.iter().any(|&other| keys[usize::from(other)] == key) {
            continue;
        }
        let place = held.partition_point(|&other| keys[usize::from(other)] < key);
        order.copy_within(place..len, place + 1);
        order[place] = index as u8;
        len += 1;
    }
    Locked { order, len }
}

macro_rules! cases {
    ($len:literal: $(($index:tt $name:ident))+; $($absent:ident)*) => {
        #[allow(unsafe_code)]
        impl<$($name: Case),+> Cases for ($($name,)+) {
            type Output = Choice<$($name::Output,)+ $($absent,)*>;
            const LEN: usize = $len;

            fn lock_all(&self) -> Locked {
                let locked = lock_order(&[$(self.$index.key()),+]);
                for &index in &locked.order[..locked.len] {
                    match index {
                        $($index => self.$index.lock(),)+
                        _ => unreachable!("a case that is not there"),
                    }
                }
                locked
            }

            unsafe fn unlock_all(&self, locked: Locked) {
                for &index in &locked.order[..locked.len] {
                    // SAFETY: locked by `lock_all`.
                    unsafe {
                        match index {
                            $($index => self.$index.unlock(),)+
                            _ => unreachable!("a case that is not there"),
                        }
                    }
                }
            }

            #[inline]
            fn look(&self, seen: &mut [usize; MAX_CASES]) -> u32 {
                let mut mask = 0;
                $(
                    seen[$index] = self.$index.glance();
                    if seen[$index] & $name::READY != 0 {
                        mask |= 1 << $index;
                    }
                )+
                mask
            }

            #[inline]
            fn look_the_same(&self, seen: &[usize; MAX_CASES]) -> bool {
                $(self.$index.glance() == seen[$index])&&+
            }

            #[inline]
            fn lock_and_fire(
                self: Pin<&mut Self>,
                index: usize,
                local: Option<&Local>,
                wakee: &mut Option<Waker>,
            ) -> Fired<Self::Output> {
                // SAFETY: the cases are pinned with the tuple; locked here.
                unsafe {
                    let this = self.get_unchecked_mut();
                    match index {
                        $($index => {
                            let mut case = Pin::new_unchecked(&mut this.$index);
                            case.lock();
                            let fired = case.as_mut().fire(local, wakee);
                            case.unlock();
                            match fired {
                                Fired::Done(output) => Fired::Done(Choice::$name(output)),
                                Fired::NotReady => Fired::NotReady,
                                Fired::Panics => Fired::Panics,
                            }
                        },)+
                        _ => unreachable!("a case that is not there"),
                    }
                }
            }

            unsafe fn ready(&self) -> (u32, u32) {
                let mut mask = 0;
                // SAFETY: the caller's contract.
                $(if unsafe { self.$index.is_ready() } {
                    mask |= 1 << $index;
                })+
                (mask, u32::count_ones(mask))
            }

            unsafe fn fire(
                self: Pin<&mut Self>,
                index: usize,
                local: Option<&Local>,
                wakee: &mut Option<Waker>,
            ) -> Fired<Self::Output> {
                // SAFETY: the cases are pinned with the tuple; locked by the
                // caller's contract.
                unsafe {
                    let this = self.get_unchecked_mut();
                    match index {
                        $($index => match Pin::new_unchecked(&mut this.$index).fire(local, wakee) {
                            Fired::Done(output) => Fired::Done(Choice::$name(output)),
                            Fired::NotReady => Fired::NotReady,
                            Fired::Panics => Fired::Panics,
                        },)+
                        _ => unreachable!("a case that is not there"),
                    }
                }
            }

            unsafe fn enlist(self: Pin<&mut Self>, select: *const Election, since_ns: u64) {
                // SAFETY: the cases are pinned with the tuple; the rest is the
                // caller's contract.
                unsafe {
                    let this = self.get_unchecked_mut();
                    $(Pin::new_unchecked(&mut this.$index).enlist(select, $index, since_ns);)+
                }
            }

            fn delist(self: Pin<&mut Self>) {
                // SAFETY: the cases are pinned with the tuple.
                unsafe {
                    let this = self.get_unchecked_mut();
                    $(Pin::new_unchecked(&mut this.$index).delist();)+
                }
            }

            fn won(self: Pin<&mut Self>, index: usize) -> Option<Self::Output> {
                // SAFETY: the cases are pinned with the tuple.
                unsafe {
                    let this = self.get_unchecked_mut();
                    match index {
                        $($index => {
                            Pin::new_unchecked(&mut this.$index).won().map(Choice::$name)
                        })+
                        _ => unreachable!("a case that is not there"),
                    }
                }
            }

            fn panics(self: Pin<&mut Self>, index: usize) {
                // SAFETY: the cases are pinned with the tuple.
                unsafe {
                    let this = self.get_unchecked_mut();
                    match index {
                        $($index => Pin::new_unchecked(&mut this.$index).panics(),)+
                        _ => unreachable!("a case that is not there"),
                    }
                }
            }
        }
    };
}

type N = Infallible;
cases!(1: (0 A); N N N N N N N);
cases!(2: (0 A) (1 B); N N N N N N);
cases!(3: (0 A) (1 B) (2 C); N N N N N);
cases!(4: (0 A) (1 B) (2 C) (3 D); N N N N);
cases!(5: (0 A) (1 B) (2 C) (3 D) (4 E); N N N);
cases!(6: (0 A) (1 B) (2 C) (3 D) (4 E) (5 F); N N);
cases!(7: (0 A) (1 B) (2 C) (3 D) (4 E) (5 F) (6 G); N);
cases!(8: (0 A) (1 B) (2 C) (3 D) (4 E) (5 F) (6 G) (7 H););
